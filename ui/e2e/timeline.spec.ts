import { engine } from "./stack";
import { container, expect, household, test } from "./test";

test.beforeEach(async ({ stack, session }) => {
  await household(stack, session);
});

const line = (page: import("@playwright/test").Page, text: RegExp) =>
  page.getByRole("main").getByRole("listitem").filter({ hasText: text });

test("what happened is on one line of time, by day, and what happens now comes on top", async ({
  signedIn: page,
  stack,
}) => {
  // After a whole run of tests the household's own beginning is some pages down.
  await engine(stack.docker, "POST", "/containers/nightly-copy/start");
  await page.goto("/events");
  await expect(page.getByRole("heading", { name: "Today", level: 2 })).toBeVisible();
  await expect(line(page, /nightly-copy/).first()).toBeVisible();

  await engine(stack.docker, "POST", "/containers/jukebox/restart?t=0");
  await expect(line(page, /jukebox/).first()).toContainText(/restarted|started/);
});

test("a container that fails says so in words, with a word for how bad it is", async ({ signedIn: page }) => {
  await page.goto("/events?app=nightly-copy");
  const failed = line(page, /exit 3|code 3/).first();
  await expect(failed).toBeVisible();
  await expect(failed).toContainText(/Problem|Warning/);
  await failed.getByRole("link", { name: "nightly-copy" }).click();
  await expect(page.getByRole("heading", { name: "nightly-copy", level: 1 })).toBeVisible();
});

test("app, kind, person and text filter it, and are in the address", async ({ signedIn: page, stack }) => {
  await engine(stack.docker, "POST", "/containers/jukebox/restart?t=0");
  await page.goto("/");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await container(page, "kitchen-clock").focus();
  const done = page.waitForResponse(/\/restart$/);
  await page.keyboard.press("r");
  await done;
  await page.goto("/events");
  await page.getByLabel("App", { exact: true }).selectOption("kitchen-clock");
  await expect(page).toHaveURL(/app=kitchen-clock/);
  await page.getByLabel("Person").selectOption("you");
  await expect(page).toHaveURL(/actor=you/);
  await expect(line(page, /kitchen-clock/).first()).toContainText("by you");
  await expect(line(page, /jukebox/)).toHaveCount(0);

  await page.reload();
  await expect(page.getByLabel("App", { exact: true })).toHaveValue("kitchen-clock");
  await expect(line(page, /kitchen-clock/).first()).toBeVisible();

  await page.keyboard.press("/");
  await page.keyboard.type("nothing-of-the-kind");
  await expect(page.getByText("Nothing matches “nothing-of-the-kind”.")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page).toHaveURL(/\/events$/);
  await expect(line(page, /jukebox/).first()).toBeVisible();

  await page.getByLabel("Kind").selectOption("image");
  await expect(line(page, /kitchen-clock/)).toHaveCount(0);
});

test("it goes as far back as one scrolls", async ({ signedIn: page, stack }) => {
  // More than a page of history, without touching any network.
  for (let i = 0; i < 60; i++) {
    await engine(stack.docker, "POST", "/containers/weather/pause");
    await engine(stack.docker, "POST", "/containers/weather/unpause");
  }
  await page.goto("/events?app=weather");
  const first = line(page, /weather/);
  await expect(first.first()).toBeVisible();
  await page.getByRole("main").press("End");
  await expect(page.getByText("That is all that is kept.")).toBeVisible({ timeout: 30_000 });
  expect(await first.count()).toBeGreaterThan(100);
});

test("the events cannot be read: what failed, and a way on", async ({ signedIn: page }) => {
  await page.route("**/api/timeline?*", (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/json",
      body: JSON.stringify({
        code: "internal",
        message: "The database is away.",
        requestId: "req-1234567890",
      }),
    }),
  );
  await page.goto("/events");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The database is away.");
  await expect(alert.getByRole("button", { name: /Copy request id/ })).toBeVisible();
  await page.unroute("**/api/timeline?*");
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Today" })).toBeVisible();
});

test("the audit log says that it is whole, and who did what", async ({ signedIn: page }) => {
  await page.goto("/events");
  await page.getByRole("button", { name: "Audit" }).click();
  await expect(page).toHaveURL(/tab=audit/);
  const chain = page.getByRole("region", { name: "State of the audit log" });
  await expect(chain).toContainText(/\d+ lines? verified/);
  await expect(chain.getByRole("button", { name: "Copy the last hash" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Audit log" })).toContainText("admin");
});
