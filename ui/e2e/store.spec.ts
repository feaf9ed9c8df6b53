import { createServer } from "node:http";
import type { Page } from "@playwright/test";
import { ask, change, expect, shop, test, unfold } from "./test";

/** From no store at all to an app that runs, and away again, as somebody does it who has been told of a store. */

type Installs = { installs: { id: string; name: string; state: string }[] };

const sheet = (page: Page, name: string) => page.getByRole("complementary", { name, exact: true });
const card = (page: Page, name: string) => page.getByRole("link", { name, exact: true });

async function openApp(page: Page, name: string) {
  await page.goto("/store");
  await card(page, name).click();
  await expect(sheet(page, name).getByText(/^Makes /)).toBeVisible();
  return sheet(page, name);
}

test("a store is removed with its consequences, and added by its invitation", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await shop(stack, session);
  await page.goto("/settings/stores");
  const store = page.getByRole("region", { name: "Test shop" });
  await expect(store).toContainText("Verified");
  await expect(
    store.getByRole("definition").filter({ hasText: stack.store.root.slice(0, 10) }),
  ).toBeVisible();
  await store.getByText("Keys", { exact: true }).click();
  await expect(store.getByRole("region", { name: "timestamp" })).toContainText("must sign");
  await store.getByRole("button", { name: "Remove…" }).click();
  const removing = page.getByRole("dialog", { name: "Remove Test shop?" });
  await expect(removing).toContainText("no longer offered");
  await removing.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(store).toBeHidden();

  // The empty store says what to do, and does it.
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  // The page that is left has such a button, too.
  await expect(page.getByRole("heading", { level: 1, name: "Store" })).toBeVisible();
  await page.getByRole("button", { name: "Add a store" }).click();
  const adding = page.getByRole("dialog", { name: "Add a store" });
  await adding.getByLabel("Invitation").last().fill("not an invitation");
  await adding.getByRole("button", { name: "Add store" }).click();
  await expect(adding.getByRole("alert")).toContainText("harbour:store:");
  await adding.getByLabel("Invitation").last().fill(stack.store.byPeer);
  await adding.getByRole("button", { name: "Add store" }).click();
  await expect(adding).toBeHidden();
  await expect(card(page, "A page")).toBeVisible();

  // That invitation names no server: all of it came from another node.
  await page.goto("/settings/stores");
  await expect(store).toContainText("from near peers");
  await expect(store).toContainText("1 peer");
  await expect(page.getByText("runs as a part of this program")).toBeVisible();
});

test("search narrows at each key, is announced, and is in the address", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await shop(stack, session);
  await page.goto("/store");
  await expect(card(page, "A page")).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("three containers");
  await expect(card(page, "A page")).toBeHidden();
  await expect(page.getByRole("status").filter({ hasText: "1 app found" })).toBeAttached();
  await expect(page).toHaveURL(/q=three/);
  await page.reload();
  await expect(card(page, "Database, setup and page")).toBeVisible();
  await expect(card(page, "A page")).toBeHidden();
  await page.getByLabel("Search apps").fill("nothing of the kind");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(card(page, "A page")).toBeVisible();

  // By keys alone: open, close, and the focus is where it was.
  await card(page, "A page").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "A page", level: 2 })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(sheet(page, "A page")).toBeHidden();
  await expect(card(page, "A page")).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search" }).fill("a page");
  await page.getByRole("option", { name: /^A page/ }).click();
  await expect(sheet(page, "A page").getByText(/^Signed by/)).toBeVisible();
});

test("an app is installed, its settings changed, and it goes with its data", async ({
  signedIn: page,
  stack,
  session,
}) => {
  test.setTimeout(180_000);
  await shop(stack, session);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const taken = (other.address() as { port: number }).port;
  try {
    const app = await openApp(page, "A page");
    await expect(app).toContainText("pinned to");
    const port = app.getByRole("textbox", { name: "Page port" });
    await port.fill(String(taken));
    const use = app.getByRole("button", { name: /^Use \d+$/ });
    await expect(use).toBeVisible();
    await app.getByRole("button", { name: "Install", exact: true }).click();
    await expect(port).toBeFocused();
    await use.click();
    await expect(app.getByText(/^Makes 1 container/)).toBeVisible();
    await app.getByLabel("Greeting").fill("ahoy");
    await app.getByRole("button", { name: "Install", exact: true }).click();
    await expect(page).toHaveURL(/operation=/);
    await page.reload();
    await expect(app.getByText("It is installed.")).toBeVisible({ timeout: 60_000 });
    await expect(app.getByRole("link", { name: "Open web UI" })).toHaveAttribute(
      "href",
      /^http:\/\/127\.0\.0\.1:\d+/,
    );
  } finally {
    other.close();
  }

  const app = sheet(page, "A page");
  await app.getByRole("link", { name: "Edit settings" }).click();
  await expect(app.getByLabel("Greeting")).toHaveValue("ahoy");
  await expect(app.getByText("Nothing you set changes")).toBeVisible();
  await app.getByLabel("Greeting").fill("farewell");
  await expect(app.getByRole("heading", { name: "1 setting changes" })).toBeVisible();
  await app.getByRole("button", { name: "Save and re-create" }).click();
  await expect(app.getByText("The new settings are in place.")).toBeVisible({ timeout: 60_000 });
  await app.getByRole("button", { name: "Done" }).click();
  await expect(app.getByRole("button", { name: "Install another one" })).toBeVisible();
  await page.getByRole("button", { name: /^Installed/ }).click();
  await expect(page.getByRole("region", { name: "Installed apps" })).toContainText("A page");

  await app.getByRole("button", { name: "Uninstall" }).click();
  const leaving = page.getByRole("dialog", { name: /^Uninstall / });
  await expect(leaving).toContainText("is kept");
  await leaving.getByLabel("Delete its data too").check();
  await expect(leaving).toContainText("is deleted");
  const verb = leaving.getByRole("button", { name: "Uninstall and delete its data" });
  await expect(verb).toBeDisabled();
  await leaving.getByLabel(/^Type web/).fill("web");
  await verb.click();
  await expect(app.getByText("It is uninstalled.")).toBeVisible({ timeout: 60_000 });
  const { installs } = await ask<Installs>(stack, session, "/api/store/installs");
  expect(installs.filter((i) => i.name === "web" && i.state === "installed")).toEqual([]);
});

test("secrets are shown once, and data that is kept is taken up again", async ({
  signedIn: page,
  stack,
  session,
}) => {
  test.setTimeout(180_000);
  await shop(stack, session);
  const app = await openApp(page, "Database, setup and page");
  await expect(app.getByText("Made up when it is installed")).toBeVisible();
  await app.getByRole("button", { name: "Preview" }).click();
  const plan = page.getByRole("dialog", { name: "What will be made" });
  await expect(plan).toContainText("runs once");
  await expect(plan).toContainText("is healthy");
  await plan.getByRole("button", { name: "Done" }).click();
  await unfold(page, "Advanced");
  await app.getByLabel("Name", { exact: true }).fill("pier");
  await app.getByRole("button", { name: "Install", exact: true }).click();
  const secrets = app.getByRole("region", { name: "Shown once" });
  await expect(secrets.getByText("Database password")).toBeVisible();
  await expect(secrets.locator("code")).toHaveText(/^\S{24}$/);
  await expect(app.getByText("It is installed.")).toBeVisible({ timeout: 90_000 });
  await secrets.getByRole("button", { name: "I have them" }).click();
  await expect(secrets).toBeHidden();
  await app.getByRole("button", { name: "Done" }).click();

  await app.getByRole("button", { name: "Uninstall" }).click();
  const leaving = page.getByRole("dialog", { name: "Uninstall pier?" });
  await expect(leaving.getByRole("listitem").filter({ hasText: "is kept" })).not.toHaveCount(0);
  await leaving.getByRole("button", { name: "Uninstall", exact: true }).click();
  await expect(app.getByText("It is uninstalled.")).toBeVisible({ timeout: 60_000 });
  await app.getByRole("button", { name: "Done" }).click();
  await expect(app.getByText("Its data is kept, and installing it again goes on with it.")).toBeVisible();
  await change(stack, session, "DELETE", `/api/store/stores/${stack.store.root}`);
  await expect(page.getByRole("button", { name: "Add a store" })).toBeVisible();
});
