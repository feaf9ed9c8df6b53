import type { Page } from "@playwright/test";
import { engine, runContainer, type Stack } from "./stack";
import { ask, expect, household, test } from "./test";

const MILLION = 1_000_000;

async function exited(stack: Stack, id: string): Promise<void> {
  await engine(stack.docker, "POST", `/containers/${id}/wait`);
}

/** A container that has logged what the script says, and ended. */
async function logged(stack: Stack, name: string, script: string): Promise<void> {
  const id = await runContainer(stack.docker, name, { Cmd: ["sh", "-c", script] });
  await exited(stack, id);
}

async function read(page: Page, choice: string): Promise<void> {
  await page.getByRole("button", { name: "How the log is shown" }).click();
  await page.getByRole("combobox", { name: "How much to read" }).selectOption(choice);
  await page.keyboard.press("Escape");
}

const firstLine = (page: Page) =>
  page.getByRole("log").evaluate((log) => {
    const top = log.getBoundingClientRect().top;
    const rows = [...log.querySelectorAll<HTMLElement>("[data-place]")];
    const row = rows.find((r) => r.getBoundingClientRect().bottom > top + 1);
    return { place: row?.dataset.place, y: Math.round((row?.getBoundingClientRect().top ?? 0) - top) };
  });

test.describe("a million lines", () => {
  test.setTimeout(240_000);

  test("are read with progress, searched, and walked through to both ends", async ({
    signedIn: page,
    stack,
  }) => {
    await logged(
      stack,
      "million",
      `awk 'BEGIN { for (i = 1; i <= ${MILLION}; i++) print (i % 100000 ? "INFO" : "ERROR") " request " i " served" }'`,
    );
    await page.goto("/containers/million?tab=logs");
    const log = page.getByRole("log");
    await expect(log).toContainText(`request ${MILLION} served`);
    await read(page, String(MILLION));
    await expect(page.getByRole("progressbar", { name: "Reading the log" })).toBeVisible();
    await expect(page.getByText(/1,000,000 lines\. End of the log/)).toBeVisible({ timeout: 180_000 });

    const field = page.getByLabel("Search the log");
    await field.fill("request 500000 served");
    await expect(page.getByText("0 of 1")).toBeVisible({ timeout: 60_000 });
    await field.press("Enter");
    await expect(log.locator("mark")).toHaveText("request 500000 served");
    await expect(page.getByText("1 of 1")).toBeVisible();

    await page.getByRole("button", { name: "Regular expression" }).click();
    await field.fill("^error request \\d00000 ");
    await expect(page.getByText(/of 9$/)).toBeVisible({ timeout: 60_000 });
    await page.getByRole("button", { name: "Only hits" }).click();
    await expect(page.getByText("9 shown")).toBeVisible();
    await expect(log.locator("[data-place]:has(mark)")).toHaveCount(9);
    await page.getByRole("button", { name: "Only hits" }).click();
    await field.fill("");

    // Levels were counted meanwhile.
    await page.getByRole("button", { name: "All levels" }).click();
    const levels = page.getByRole("dialog", { name: "Levels" });
    await expect(levels.getByText("999,990")).toBeVisible({ timeout: 60_000 });
    await levels.getByRole("button", { name: "Only errors" }).click();
    await page.keyboard.press("Escape");
    await expect(page.getByText("10 shown")).toBeVisible();
    await expect(log).toContainText("ERROR request 300000 served");
    await page.getByRole("button", { name: "Errors" }).click();
    await levels.getByRole("button", { name: "Show all" }).click();
    await page.keyboard.press("Escape");

    await log.focus();
    await page.keyboard.press("Home");
    await expect(log).toContainText("request 1 served");
    await page.keyboard.press("End");
    await expect(log).toContainText(`request ${MILLION} served`);
  });
});

test("a pattern that would take forever is given up, and the log goes on", async ({
  signedIn: page,
  stack,
}) => {
  await logged(stack, "backtrack", `for i in 1 2 3; do echo ${"a".repeat(60)}b; done; echo the end`);
  await page.goto("/containers/backtrack?tab=logs");
  await expect(page.getByRole("log")).toContainText("the end");
  const field = page.getByLabel("Search the log");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await field.fill("(a+");
  await expect(page.getByRole("alert")).toHaveText(/a “\(” is not closed/);
  await field.fill("(a+)+$");
  await expect(page.getByRole("alert")).toHaveText(/takes too long/, { timeout: 20_000 });
  await field.fill("the (end)");
  await expect(page.getByText("0 of 1")).toBeVisible();
  await expect(page.getByRole("log").locator("mark")).toHaveText("the end");
});

test("wrapping and resizing leave the line under the eye where it is", async ({ signedIn: page, stack }) => {
  const long = "stretch ".repeat(40);
  await logged(stack, "wrapper", `i=0; while [ $i -lt 900 ]; do echo line $i ${long}; i=$((i+1)); done`);
  await page.goto("/containers/wrapper?tab=logs");
  const log = page.getByRole("log");
  await expect(log).toContainText("line 899");
  const field = page.getByLabel("Search the log");
  await field.fill("line 431 ");
  await expect(page.getByText("0 of 1")).toBeVisible();
  await field.press("Enter");
  await expect(log.locator("mark")).toBeVisible();
  await log.focus();
  const before = await firstLine(page);
  await page.keyboard.press("w");
  await expect.poll(() => firstLine(page)).toMatchObject({ place: before.place });
  await page.setViewportSize({ width: 900, height: 800 });
  await expect.poll(() => firstLine(page)).toMatchObject({ place: before.place });
  await page.setViewportSize({ width: 1440, height: 960 });
  await page.keyboard.press("w");
  await expect.poll(() => firstLine(page)).toMatchObject({ place: before.place });

  // With wrapped lines the wheel moves by what it says, over lines of any height.
  await page.keyboard.press("w");
  await page.mouse.move(700, 600);
  const wrapped = await firstLine(page);
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, 120);
  await expect.poll(async () => Number((await firstLine(page)).place)).toBeGreaterThan(Number(wrapped.place));
  for (let i = 0; i < 10; i++) await page.mouse.wheel(0, -120);
  await expect.poll(() => firstLine(page)).toEqual(wrapped);
  await page.keyboard.press("w");
});

test("the wheel stops following, and the end takes it up again", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "drip", {
    Cmd: ["sh", "-c", "i=0; while :; do i=$((i+1)); echo drip $i; [ $i -gt 300 ] && sleep 0.05; done"],
  });
  await page.goto("/containers/drip?tab=logs");
  const log = page.getByRole("log");
  await expect(log).toContainText("drip 320");
  const follow = page.getByRole("checkbox", { name: "Follow" });
  await expect(follow).toBeChecked();
  await log.hover();
  await page.mouse.wheel(0, -200);
  await expect(follow).not.toBeChecked();
  const held = await firstLine(page);
  await expect(page.getByText(/\d+ lines$/)).toBeVisible();
  await page.waitForFunction(() => new Promise((done) => setTimeout(() => done(true), 500)));
  expect(await firstLine(page)).toEqual(held);
  for (let i = 0; i < 20; i++) await page.mouse.wheel(0, 2000);
  await expect(follow).toBeChecked();
});

test("levels are counted on while their list is open", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "warner", {
    Cmd: ["sh", "-c", "i=0; while :; do i=$((i+1)); echo WARN number $i; sleep 0.2; done"],
  });
  await page.goto("/containers/warner?tab=logs");
  await expect(page.getByRole("log")).toContainText("number 3");
  await page.getByRole("button", { name: "All levels" }).click();
  const levels = page.getByRole("dialog", { name: "Levels" });
  const warnings = async () => Number(/Warnings(\d+)/.exec((await levels.textContent()) ?? "")?.[1]);
  const first = await warnings();
  await expect.poll(warnings).toBeGreaterThan(first + 3);
});

test("JSON is laid out, colours and outputs are told apart, times change", async ({
  signedIn: page,
  stack,
}) => {
  // The engine reads both outputs at once: without a pause between them either may come first.
  await logged(
    stack,
    "mixed",
    `printf '{"level":"warn","msg":"low","n":7}\\n\\033[38;2;0;0;90mdark blue\\033[0m\\n'; sleep 0.3; echo to stderr >&2; sleep 0.3; echo ' at frame'`,
  );
  await page.goto("/containers/mixed?tab=logs");
  const log = page.getByRole("log");
  await expect(log).toContainText("error output: to stderr");
  await expect(log.locator('[data-level="warn"]').first()).toContainText("low");
  await page.getByRole("button", { name: "Lay out line 1" }).click();
  await expect(log.locator("code")).toContainText('"n": 7');
  const blue = log.getByText("dark blue");
  expect(await blue.evaluate((e) => getComputedStyle(e).color)).not.toBe("rgb(0, 0, 90)");
  await page.getByRole("button", { name: "How the log is shown" }).click();
  const menu = page.getByRole("dialog", { name: "How the log is shown" });
  await menu.getByRole("button", { name: "Ago" }).click();
  await expect(log.locator("time").first()).toHaveText(/just now|ago/);
  await menu.getByRole("button", { name: "Date" }).click();
  await expect(log.locator("time").first()).toHaveText(/\d{4} \d\d:\d\d/);
  await menu.getByRole("button", { name: "Off" }).click();
  await expect(log.locator("time")).toHaveCount(0);
  await menu.getByRole("button", { name: "Clock" }).click();
});

test("lines are copied from the log, not from the screen", async ({ signedIn: page, context, stack }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await logged(stack, "copied", "i=0; while [ $i -lt 400 ]; do i=$((i+1)); echo row $i; done");
  await page.goto("/containers/copied?tab=logs");
  const log = page.getByRole("log");
  await expect(log).toContainText("row 400");
  await page.getByRole("button", { name: "How the log is shown" }).click();
  await page.getByRole("button", { name: "Off" }).click();
  await page.keyboard.press("Escape");
  await log.focus();
  await page.keyboard.press("Home");
  await log.locator("[data-place='1'] > i").click();
  await page.keyboard.press("End");
  await log.locator("[data-place='398'] > i").click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+c");
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text.split("\n")).toHaveLength(399);
  expect(text.startsWith("row 2\nrow 3\n")).toBe(true);
  expect(text.endsWith("row 398\nrow 399\n")).toBe(true);
  await page.getByRole("button", { name: "How the log is shown" }).click();
  await page.getByRole("button", { name: "Clock" }).click();
});

test("the whole log is saved without being loaded, and a time is gone to", async ({
  signedIn: page,
  session,
  stack,
}) => {
  await household(stack, session);
  await page.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  await logged(stack, "lengthy", "awk 'BEGIN { for (i = 1; i <= 5000; i++) print \"entry \" i }'");
  await page.goto("/containers/lengthy?tab=logs");
  await expect(page.getByRole("log")).toContainText("entry 5000");
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  await page.getByRole("button", { name: "The whole log" }).click();
  const stream = await (await waiting).createReadStream();
  let text = "";
  for await (const piece of stream) text += piece;
  const lines = text.trimEnd().split("\n");
  expect(lines).toHaveLength(5000);
  expect(lines[0]).toMatch(/^\d{4}-.*Z entry 1$/);

  // A time before what is loaded is read from there.
  const [first] = await ask<{ startedAt: string }[]>(stack, session, "/api/containers?all=true").then((all) =>
    all.filter((c) => (c as { name?: string }).name === "lengthy"),
  );
  const start = new Date(Date.parse(first?.startedAt ?? "") - 2000);
  const local = new Date(start.getTime() - start.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  await page.getByRole("button", { name: "How the log is shown" }).click();
  await page.getByLabel("Go to").fill(local);
  await page.getByRole("button", { name: "Go", exact: true }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByText(/5,000 lines\. End/)).toBeVisible();
});
