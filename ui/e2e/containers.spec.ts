import type { Page } from "@playwright/test";
import { engine, runContainer } from "./stack";
import { container, expect, household, test } from "./test";

test.beforeEach(async ({ stack, session }) => {
  await household(stack, session);
});

const tile = (page: Page, name: string) =>
  page
    .getByRole("region", { name: "Containers", exact: true })
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name, exact: true }) });

test("the dashboard groups, filters, searches and remembers it in the address", async ({
  signedIn: page,
}) => {
  await page.goto("/");
  await expect(
    page.getByRole("region", { name: "media" }).getByRole("link", { name: "jukebox" }),
  ).toBeVisible();
  await expect(tile(page, "mailroom")).toContainText("Unhealthy");
  await expect(page.getByRole("region", { name: "Needs attention" })).toContainText("mailroom is unhealthy");
  await expect(page.getByRole("region", { name: "Needs attention" })).toContainText(
    "database refused the connection",
  );
  await expect(page.getByRole("region", { name: "Needs attention" })).toContainText(
    "nightly-copy stopped with an error",
  );

  await page.keyboard.press("/");
  await page.keyboard.type("jukebox");
  await expect(page).toHaveURL(/q=jukebox/);
  await expect(container(page, "weather")).toBeHidden();
  await page.reload();
  await expect(page.getByLabel("Filter containers")).toHaveValue("jukebox");
  await page.getByLabel("Filter containers").fill("nothing-of-the-kind");
  await expect(page.getByText("Nothing matches “nothing-of-the-kind”.")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(container(page, "weather")).toBeVisible();

  await page
    .getByRole("group", { name: "Show" })
    .getByRole("button", { name: /^Stopped/ })
    .click();
  await expect(container(page, "nightly-copy")).toBeVisible();
  await expect(container(page, "weather")).toBeHidden();
  await page.getByRole("group", { name: "Show" }).getByRole("button", { name: /^All/ }).click();

  await page.getByRole("button", { name: /^home/ }).click();
  await expect(container(page, "weather")).toBeHidden();
  await page.reload();
  await expect(container(page, "jukebox")).toBeVisible();
  await expect(container(page, "weather")).toBeHidden();
  await page.getByRole("button", { name: /^home/ }).click();

  await page.getByRole("button", { name: "List" }).click();
  await expect(page.getByRole("table", { name: "media" })).toBeVisible();
});

test("stop and start from the menu show at once, and in the events", async ({ signedIn: page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Actions for jukebox" }).click();
  await page.getByRole("menuitem", { name: "Stop" }).click();
  await expect(tile(page, "jukebox")).toContainText("Stopped");
  await expect(page.getByRole("complementary", { name: "Events" })).toContainText("jukebox stopped");
  await page.getByRole("button", { name: "Start jukebox" }).click();
  await expect(tile(page, "jukebox")).toContainText("Running");
});

test("a change from elsewhere shows without a reload", async ({ signedIn: page, stack, session }) => {
  expect(session.proof).not.toBe("");
  await page.goto("/");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const id = await runContainer(stack.docker, "stowaway", { Cmd: ["sleep", "600"] });
  await expect(tile(page, "stowaway")).toContainText("Running");
  await engine(stack.docker, "DELETE", `/containers/${id}?force=true`);
  await expect(container(page, "stowaway")).toBeHidden();
});

test("bulk: says what it leaves out, and does the rest", async ({ signedIn: page }) => {
  await page.goto("/");
  for (const name of ["jukebox", "weather", "nightly-copy"]) {
    await container(page, name).focus();
    await page.keyboard.press("Space");
  }
  const bar = page.getByRole("region", { name: "Selected containers" });
  await expect(bar).toContainText("3 selected");
  await bar.getByRole("button", { name: /^Restart/ }).focus();
  await expect(bar).toContainText("Restart leaves out nightly-copy (it is not running)");
  await bar.getByRole("button", { name: /^Restart/ }).click();
  await expect(page.getByText("2 containers restarted")).toBeVisible();
  await bar.getByRole("button", { name: "Clear selection" }).click();
  await expect(bar).toBeHidden();
});

test("rename and remove", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "dinghy", { Cmd: ["sleep", "600"] });
  await page.goto("/containers/dinghy");
  await page.getByRole("button", { name: "Actions for dinghy" }).click();
  await page.getByRole("menuitem", { name: "Rename" }).click();
  await page.getByLabel("New name").fill("weather");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("New name").fill("tender");
  await page.getByRole("button", { name: "Rename", exact: true }).click();
  await expect(page).toHaveURL(/\/containers\/tender$/);
  await expect(page.getByRole("heading", { name: "tender" })).toBeVisible();

  await page.getByRole("button", { name: "Actions for tender" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Stop and remove" }).click();
  await expect(page.getByText("tender removed").first()).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
  await expect(container(page, "tender")).toBeHidden();
});

test("keyboard: arrows, Enter, the palette, the list of keys", async ({ signedIn: page }) => {
  await page.goto("/");
  await container(page, "audiobooks").focus();
  await page.keyboard.press("ArrowRight");
  await expect(container(page, "jukebox")).toBeFocused();
  await page.keyboard.press("m");
  await expect(page.getByRole("menu", { name: "Actions for jukebox" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(container(page, "jukebox")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/containers\/jukebox$/);

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search" }).fill("logs audio");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("region", { name: "Dock" }).getByRole("log")).toContainText("all 40 served");
  await page.getByRole("button", { name: "Close: Log of audiobooks" }).click();

  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/$/);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeHidden();
});

test("the health reason stands on the container's page", async ({ signedIn: page }) => {
  await page.goto("/containers/mailroom");
  await expect(page.getByRole("heading", { name: "Health" })).toBeVisible();
  await expect(page.getByText("database refused the connection").first()).toBeVisible();
  await page.getByRole("tab", { name: "Inspect" }).click();
  await expect(page.getByRole("region", { name: /as JSON/ })).toContainText('"name": "mailroom"');
});
