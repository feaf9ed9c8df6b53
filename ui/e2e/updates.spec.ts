import type { Page } from "@playwright/test";
import { LIVES, label, outdated } from "./published";
import { engine } from "./stack";
import { ask, change, expect, test, unfold } from "./test";

/** From the mark on a tile to a container that is well again, whatever the new image is worth. */

const sheet = (page: Page, name: string) => page.getByRole("complementary", { name, exact: true });
const row = (page: Page, name: string) =>
  page
    .getByRole("table", { name: "Updates" })
    .getByRole("row")
    .filter({ has: page.getByRole("link", { name, exact: true }) });

test("mark, differences, update with its steps, healthy, and back again", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await outdated(stack, session, "greeter", [
    LIVES,
    "ENV GREETING=good-morning",
    label("version", "1.1.0"),
    label("source", "https://example.org/greeter"),
  ]);
  await page.goto("/updates");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(row(page, "greeter")).toContainText("Update ready");

  // The mark is where the containers are, and in the navigation.
  await page.goto("/");
  const tile = page
    .getByRole("region", { name: "Containers", exact: true })
    .getByRole("article")
    .or(page.getByRole("listitem"));
  await expect(
    tile.filter({ hasText: "greeter" }).getByRole("img", { name: "Update ready" }).first(),
  ).toBeVisible();

  await page.goto("/updates");
  await row(page, "greeter").getByRole("link", { name: "Review greeter" }).click();
  const plan = sheet(page, "greeter");
  await expect(plan).toContainText("1.0.0 → 1.1.0");
  await expect(plan).toContainText("GREETING");
  await expect(plan).toContainText("good-morning");
  await expect(plan.getByRole("link", { name: "Project" })).toHaveAttribute(
    "href",
    "https://example.org/greeter",
  );
  await expect(plan).toContainText("It has to run for 2 seconds");
  await plan.getByRole("button", { name: "Update", exact: true }).click();
  await expect(plan.getByRole("region", { name: "Steps" })).toContainText("Make greeter anew");

  // Its id is in the address: a reload in the middle finds it again.
  await expect(page).toHaveURL(/operation=/);
  await page.reload();
  await expect(plan.getByRole("status")).toContainText("It is updated, and runs well.", { timeout: 30_000 });
  await page.reload();
  await expect(plan.getByRole("status")).toContainText("It is updated, and runs well.");
  const env = async () => {
    const made = await engine(stack.docker, "GET", "/containers/greeter/json");
    return (JSON.parse(made.body) as { Config: { Env: string[] } }).Config.Env;
  };
  expect(await env()).toEqual(expect.arrayContaining(["GREETING=good-morning", "OWN=kept"]));

  await plan.getByRole("button", { name: "Done" }).click();
  await expect(plan).toContainText("Up to date");
  const history = plan.getByRole("group").filter({ hasText: "to go back to" });
  if ((await history.getAttribute("open")) === null) await unfold(page, "History");
  await plan.getByRole("link", { name: /^Go back to/ }).click();
  await expect(plan).toContainText("1.1.0 → 1.0.0");
  await plan.getByRole("button", { name: /^Go back to/ }).click();
  await expect(plan.getByRole("status")).toContainText("It is updated, and runs well.", { timeout: 30_000 });
  expect(await env()).toEqual(expect.arrayContaining(["GREETING=hello", "OWN=kept"]));
});

test("an image that does not run is undone, and says why, also after a reload", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await outdated(stack, session, "sinker", ['CMD ["sh", "-c", "echo out of water; exit 4"]']);
  const before = await engine(stack.docker, "GET", "/containers/sinker/json");
  await change(stack, session, "POST", "/api/updates/check", {});
  await page.goto("/updates/sinker");
  const plan = sheet(page, "sinker");
  await plan.getByRole("button", { name: "Update", exact: true }).click();
  await page.reload();
  const why = plan.getByRole("alert").filter({ hasText: "Rolled back" });
  await expect(why).toContainText("code 4", { timeout: 30_000 });
  const after = await engine(stack.docker, "GET", "/containers/sinker/json");
  const of = (answer: { body: string }) => {
    const { Id, State } = JSON.parse(answer.body) as { Id: string; State: { Running: boolean } };
    return { Id, running: State.Running };
  };
  expect(of(after)).toEqual({ ...of(before), running: true });
  await page.goto("/updates");
  await expect(row(page, "sinker")).toContainText("rolled back");
  await expect(row(page, "sinker")).toContainText("code 4");
});

test("a version is skipped and offered again, and several are updated at once", async ({
  signedIn: page,
  stack,
  session,
}) => {
  for (const name of ["pair-one", "pair-two"])
    await outdated(stack, session, name, [LIVES, "ENV GREETING=again"]);
  await change(stack, session, "POST", "/api/updates/check", {});
  await page.goto("/updates/pair-one");
  const plan = sheet(page, "pair-one");
  await plan.getByRole("button", { name: "Skip this version" }).click();
  await expect(row(page, "pair-one")).toContainText("Skipped");
  await plan.getByRole("button", { name: "Offer it again" }).click();
  await expect(row(page, "pair-one")).toContainText("Update ready");
  await plan.getByRole("link", { name: "Close" }).click();
  for (const name of ["pair-one", "pair-two"])
    await row(page, name)
      .getByRole("checkbox", { name: `Select ${name}` })
      .check();
  await page.getByRole("button", { name: "Update 2 selected" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Update", exact: true }).click();
  await expect(page.getByText("2 updates begun.")).toBeVisible();
  for (const name of ["pair-one", "pair-two"])
    await expect(row(page, name)).toContainText("Up to date", { timeout: 30_000 });
});

test("a schedule is set, refused when it is none, and says when it comes next", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await page.goto("/settings/updates");
  const form = page.getByRole("main");
  await form.getByLabel("Check for updates").selectOption("By a cron expression");
  await form.getByLabel("Cron expression").fill("0 4 32 * *");
  await form.getByLabel("Time zone").fill("Europe/Berlin");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toContainText("is no schedule");
  await form.getByLabel("Check for updates").selectOption("Every day");
  await form.getByLabel("At", { exact: true }).fill("04:00");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("status")).toHaveText("Saved");
  await page.reload();
  await expect(form.getByLabel("Time zone")).toHaveValue("Europe/Berlin");
  await expect(form).toContainText("0 4 * * *");
  const { nextRun } = await ask<{ nextRun?: string }>(stack, session, "/api/updates");
  const next = new Date(nextRun ?? "");
  expect(next.getTime()).toBeGreaterThan(Date.now());
  expect([2, 3]).toContain(next.getUTCHours());
  await page.goto("/updates");
  await expect(page.getByText(/next check/).first()).toBeVisible();
  await page.goto("/settings/updates");
  await form.getByLabel("Check for updates").selectOption("Only when somebody asks");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("status")).toHaveText("Saved");
});
