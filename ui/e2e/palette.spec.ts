import type { Page } from "@playwright/test";
import { container, expect, household, test } from "./test";

test.beforeEach(async ({ stack, session, signedIn: page }) => {
  await household(stack, session);
  await page.goto("/");
  await expect(container(page, "jukebox")).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});

async function palette(page: Page, query: string) {
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox", { name: "Search" });
  await field.fill(query);
  return field;
}
const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true, level: 1 });

test("finds containers by a few letters, and what was chosen lately comes first", async ({
  signedIn: page,
}) => {
  await palette(page, "ktcl");
  await expect(page.getByRole("option", { selected: true })).toContainText("kitchen-clock");
  await page.keyboard.press("Enter");
  await expect(heading(page, "kitchen-clock")).toBeVisible();

  await palette(page, "");
  await expect(page.getByRole("option").first()).toContainText("kitchen-clock");
  await expect(page.getByRole("listbox")).toContainText("Recent");
});

test("says why something cannot be done, and does not do it", async ({ signedIn: page }) => {
  await palette(page, "stop nightly");
  const option = page.getByRole("option", { name: /Stop nightly-copy/ });
  await expect(option).toContainText("It is stopped already");
  await expect(option).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Search" })).toBeVisible();
});

test("leads to pages, sections, things, and work on them", async ({ signedIn: page }) => {
  await palette(page, "password");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/settings\/account$/);

  await palette(page, "hm-test/busybox");
  await page.getByRole("option", { name: /hm-test\/busybox:1/ }).click();
  await expect(page).toHaveURL(/\/images\?q=/);
  await expect(page.getByRole("row").filter({ hasText: "hm-test/busybox:1" })).toBeVisible();

  await palette(page, "prune volumes");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Clear out volumes" })).toBeVisible();
});

test("Escape closes it and gives focus back", async ({ signedIn: page }) => {
  await container(page, "weather").focus();
  await palette(page, "x");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("combobox", { name: "Search" })).toBeHidden();
  await expect(container(page, "weather")).toBeFocused();
});

test("g and a letter lead to each page; n, / and ? do what the list says", async ({ signedIn: page }) => {
  for (const [key, name] of [
    ["s", "Store"],
    ["e", "Events"],
    ["i", "Images"],
    ["v", "Volumes"],
    ["w", "Networks"],
    [",", "Settings"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(heading(page, name)).toBeVisible();
  }
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(container(page, "jukebox")).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByLabel("Filter containers")).toBeFocused();
  await page.keyboard.type("n");
  await expect(page).toHaveURL(/q=n$/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard" });
  await expect(sheet.getByText("Move between containers")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/\/new$/);
});

test("on a container: arrows move, Space selects, l opens its logs", async ({ signedIn: page }) => {
  await container(page, "audiobooks").focus();
  await page.keyboard.press("ArrowRight");
  await expect(container(page, "jukebox")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByLabel("Select jukebox")).toBeChecked();
  await page.keyboard.press("Space");
  // Half of a way to a page that is none must do nothing with what has focus.
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.keyboard.press("l");
  await expect(page.getByRole("log")).toBeVisible();
  await expect(page.getByRole("menu")).toHaveCount(0);
  await page.goto("/containers/jukebox");
  await expect(page.getByRole("main").getByText("Running").first()).toBeVisible();
});

test("single keys can be turned off; Ctrl+K stays", async ({ signedIn: page }) => {
  await page.goto("/settings/appearance");
  await page.getByLabel("Single-key shortcuts").uncheck();
  await page.getByRole("heading", { name: "Settings" }).click();
  await page.keyboard.press("n");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page).toHaveURL(/\/settings\/appearance$/);
  await palette(page, "dash");
  await page.keyboard.press("Enter");
  await expect(container(page, "jukebox")).toBeVisible();
});
