import type { Page } from "@playwright/test";
import { container, expect, household, test } from "./test";

test.beforeEach(async ({ stack, session }) => {
  await household(stack, session);
});

const dock = (page: Page) => page.getByRole("region", { name: "Dock" });

async function openFromMenu(page: Page, name: string, what: "Logs" | "Terminal"): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: what }).click();
}

test("nothing of the dock is fetched before it is wanted", async ({ signedIn: page }) => {
  const asked: string[] = [];
  page.on("request", (r) => asked.push(new URL(r.url()).pathname));
  await page.goto("/");
  await expect(container(page, "jukebox")).toBeVisible();
  // The page fetches what it will probably need once it is quiet.
  await expect.poll(() => asked.some((a) => a.includes("/overlays-"))).toBe(true);
  const heavy = /terminal|log-panel|\/dock-.*\.js|scan/;
  const before = asked.filter((a) => heavy.test(a));
  expect(before.filter((a) => /terminal|log-panel|scan/.test(a))).toEqual([]);
  await openFromMenu(page, "audiobooks", "Logs");
  await expect(dock(page).getByRole("log")).toContainText("all 40 served");
  expect(asked.some((a) => a.includes("log-panel"))).toBe(true);
  expect(asked.some((a) => a.includes("terminal-session"))).toBe(false);
});

test("it stays while one moves between pages, and logs come back after a reload", async ({
  signedIn: page,
}) => {
  await page.goto("/");
  await openFromMenu(page, "audiobooks", "Logs");
  const log = dock(page).getByRole("log", { name: "Log of audiobooks" });
  await expect(log).toContainText("all 40 served");
  await expect(log).toBeFocused();
  await openFromMenu(page, "zephyr", "Terminal");
  await expect(dock(page).locator(".xterm-rows")).toContainText("/ #");
  await page.keyboard.type("echo here-$((40+2))\n");
  await expect(dock(page).locator(".xterm-rows")).toContainText("here-42");

  await page.getByRole("link", { name: "Images" }).first().click();
  await expect(page.getByRole("heading", { name: "Images", level: 1 })).toBeVisible();
  await expect(dock(page).locator(".xterm-rows")).toContainText("here-42");
  await dock(page).getByRole("button", { name: "Log of audiobooks", exact: true }).click();
  await expect(log).toContainText("all 40 served");
  await dock(page).getByRole("button", { name: "Terminal in zephyr", exact: true }).click();
  await page.keyboard.type("echo again-$((1+1))\n");
  await expect(dock(page).locator(".xterm-rows")).toContainText("again-2");

  await page.reload();
  const tabs = dock(page).getByRole("list", { name: "Open in the dock" });
  await expect(tabs.getByRole("listitem")).toHaveCount(1);
  await expect(log).toContainText("all 40 served");
  await tabs.getByRole("button", { name: "Close: Log of audiobooks" }).click();
  await expect(dock(page)).toBeHidden();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Images", level: 1 })).toBeVisible();
  await expect(dock(page)).toBeHidden();
});

test("keys l and t open it; its height is set by keyboard and pointer and remembered", async ({
  signedIn: page,
}) => {
  await page.goto("/");
  await container(page, "audiobooks").focus();
  await page.keyboard.press("l");
  const log = dock(page).getByRole("log");
  await expect(log).toContainText("all 40 served");
  const edge = dock(page).getByRole("separator", { name: "Height of the dock" });
  const height = async () => (await dock(page).boundingBox())?.height ?? 0;
  await edge.focus();
  await page.keyboard.press("Home");
  await expect.poll(height).toBe(140);
  await page.keyboard.press("PageUp");
  await page.keyboard.press("ArrowUp");
  await expect.poll(height).toBe(284);
  const box = await edge.boundingBox();
  if (!box) throw new Error("no edge");
  await page.mouse.move(box.x + 300, box.y + 4);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y - 116, { steps: 5 });
  await page.mouse.up();
  await expect.poll(height).toBeGreaterThan(380);
  const dragged = await height();
  await page.reload();
  await expect(log).toContainText("all 40 served");
  expect(await height()).toBe(dragged);

  // The end of the page can still be reached.
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  const last = page.getByRole("region", { name: "Containers", exact: true }).getByRole("link").last();
  const [tile, edgeNow] = [await last.boundingBox(), await edge.boundingBox()];
  expect((tile?.y ?? 0) + (tile?.height ?? 0)).toBeLessThan(edgeNow?.y ?? 0);

  await dock(page).getByRole("button", { name: "Full screen" }).click();
  await expect.poll(height).toBe(960);
  await dock(page).getByRole("log").focus();
  await page.keyboard.press("Escape");
  await expect.poll(height).toBe(dragged);
  await dock(page).getByRole("button", { name: "Make the dock small" }).click();
  await expect(log).toBeHidden();
  await dock(page).getByRole("button", { name: "Log of audiobooks", exact: true }).click();
  await expect(log).toBeVisible();
});

test("several logs side by side, merged by time, and searched together", async ({ signedIn: page }) => {
  await page.goto("/");
  await openFromMenu(page, "audiobooks", "Logs");
  await expect(dock(page).getByRole("log")).toContainText("all 40 served");
  await dock(page).getByRole("button", { name: "Logs side by side" }).click();
  await page.getByRole("checkbox", { name: "jukebox", exact: true }).check();
  await page.getByRole("checkbox", { name: "nightly-copy", exact: true }).check();
  await page.keyboard.press("Escape");
  await expect(dock(page).getByRole("log")).toHaveCount(3);
  await expect(dock(page).getByRole("log", { name: "Log of jukebox" })).toContainText("ready");
  await expect(dock(page).getByRole("log", { name: "Log of nightly-copy" })).toContainText(
    "the disk is full",
  );
  await dock(page).getByLabel("Search the log").fill("disk");
  await expect(dock(page).getByText("1 hit", { exact: true })).toBeVisible();

  await dock(page).getByRole("button", { name: "How the log is shown" }).click();
  await page.getByRole("checkbox", { name: "Merge by time" }).check();
  await page.keyboard.press("Escape");
  const merged = dock(page).getByRole("log", { name: "Log of audiobooks, jukebox, nightly-copy" });
  await expect(merged).toHaveCount(1);
  await dock(page).getByLabel("Search the log").press("Enter");
  await expect(dock(page).getByText("1 of 1")).toBeVisible();
  await expect(merged.locator("mark")).toHaveText("disk");
  await dock(page).getByLabel("Search the log").press("Escape");
  const times = await merged.locator("time").evaluateAll((all) => all.map((t) => t.getAttribute("datetime")));
  expect(times.length).toBeGreaterThan(5);
  expect(times).toEqual(times.toSorted());
  await page.reload();
  await expect(dock(page).getByRole("log")).toHaveCount(3);
});

test("several terminals, and the size of the pane reaches each shell", async ({ signedIn: page }) => {
  await page.goto("/");
  await openFromMenu(page, "zephyr", "Terminal");
  const screen = dock(page).locator(".xterm-rows").filter({ visible: true });
  await expect(screen).toContainText("/ #");
  await page.keyboard.type("stty size | sed 's/^/first /'\n");
  await expect(screen).toContainText(/first \d+ \d+/);
  const rows = async (word: string) =>
    Number(new RegExp(`${word} (\\d+) \\d+`).exec((await screen.textContent()) ?? "")?.[1]);
  const before = await rows("first");
  const edge = dock(page).getByRole("separator", { name: "Height of the dock" });
  await edge.focus();
  await page.keyboard.press("PageUp");
  await dock(page).getByRole("textbox", { name: "Terminal input" }).focus();
  await expect(async () => {
    await page.keyboard.type("clear; stty size | sed 's/^/later /'\n");
    await expect(screen).toContainText(/later \d+ \d+/, { timeout: 2000 });
    expect(await rows("later")).toBeGreaterThan(before);
  }).toPass();

  await dock(page).getByRole("button", { name: "Open another log or terminal" }).click();
  await page.getByRole("button", { name: "New terminal in zephyr" }).click();
  await expect(dock(page).getByRole("listitem")).toHaveCount(2);
  await expect(screen).toContainText("/ #");
  await expect(screen).not.toContainText("later");
  await page.keyboard.type("echo second-$((1+1))\n");
  await expect(screen).toContainText("second-2");
  await dock(page).getByRole("button", { name: "Close: Terminal in zephyr" }).last().click();
  await expect(screen).toContainText("later");
});
