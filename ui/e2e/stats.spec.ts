import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { engine, runContainer, type Stack } from "./stack";
import { ask, expect, household, test } from "./test";

const folder = fileURLToPath(new URL("../../artifacts/screenshots", import.meta.url));
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

type Sampler = { viewers: number; samples: number };
type Session = { cookie: string; proof: string };

const sampler = async (stack: Stack, session: Session): Promise<Sampler> =>
  (await ask<{ sampler: Sampler }>(stack, session, "/api/health")).sampler;

/** One that takes what its quota leaves it, and one that holds nearly all of its memory. */
async function hungry(stack: Stack, session: Session): Promise<void> {
  const list = await ask<{ name: string }[]>(stack, session, "/api/containers?all=true");
  if (list.some((c) => c.name === "furnace")) return;
  await runContainer(stack.docker, "furnace", {
    Cmd: ["sh", "-c", "while :; do :; done"],
    HostConfig: { NetworkMode: "none", NanoCpus: 400_000_000, Memory: 64 << 20 },
  });
  await runContainer(stack.docker, "hoarder", {
    Cmd: ["sh", "-c", "trap 'exit 0' TERM; head -c 62500000 /dev/zero >/held/m; while :; do sleep 1; done"],
    HostConfig: { NetworkMode: "none", Memory: 64 << 20, Tmpfs: { "/held": "size=64m" } },
  });
}

const tile = (page: Page, name: string) =>
  page
    .getByRole("region", { name: "Containers", exact: true })
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name, exact: true }) });
const meter = (page: Page, name: string, of: "Processor" | "Memory") =>
  tile(page, name).getByRole("meter", { name: of });
const chart = (page: Page, name: string) => page.getByRole("slider", { name: `${name} over time` });

/** How many points of a chart can be walked through. */
const points = async (page: Page, name: string) =>
  Number(await chart(page, name).getAttribute("aria-valuemax")) + 1;

async function axe(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 200)).join(" | ")}`);
  expect(found, what).toEqual([]);
}

test.beforeEach(async ({ stack, session }) => {
  await household(stack, session);
  await hungry(stack, session);
});

test.afterAll(async ({ stack }) => {
  // Other files want a quiet machine and no attention cards but their own.
  for (const name of ["furnace", "hoarder"])
    await engine(stack.docker, "DELETE", `/containers/${name}?force=true`);
});

test("tiles and header show what is used, and the sampler rests when the page is left", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await page.goto("/");
  await expect(meter(page, "furnace", "Processor")).toHaveAttribute(
    "aria-valuetext",
    /^[1-9][\d.]*% of one core/,
  );
  await expect(meter(page, "hoarder", "Memory")).toHaveAttribute("aria-valuetext", /^6\d.* MiB of 64 MiB$/);
  await expect(page.getByText("hoarder is short of memory")).toBeVisible();
  await expect(tile(page, "nightly-copy").getByRole("meter")).toHaveCount(0);
  const header = page.getByRole("region", { name: "This server" });
  await expect(header.getByText(/^of [\d.]+ GiB$/)).toBeVisible();
  await expect(header.getByText(/^↓ .* ↑ /)).toBeVisible();
  await expect(header.locator("svg path[d^=M]").first()).toBeAttached();
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(1);

  // A page without numbers.
  await page.getByRole("link", { name: "Images" }).first().click();
  await expect(page.getByRole("heading", { name: "Images", level: 1 })).toBeVisible();
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(0);
  await page.goBack();
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(1);
  // Closed without a word.
  await page.close();
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(0);
  const { samples } = await sampler(stack, session);
  await expect
    .poll(async () => (await sampler(stack, session)).samples - samples, { timeout: 3000 })
    .toBeLessThan(2);
});

test("a hidden page asks for nothing", async ({ signedIn: page, stack, session }) => {
  await page.goto("/");
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(1);
  const hide = (hidden: boolean) =>
    page.evaluate((to) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => to });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await hide(true);
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(0);
  await hide(false);
  await expect.poll(async () => (await sampler(stack, session)).viewers).toBe(1);
});

test("the list sorts by use", async ({ signedIn: page }) => {
  await page.goto("/?view=list");
  const table = page.getByRole("table", { name: "On their own" });
  await table.getByRole("button", { name: "CPU" }).click();
  await expect(page).toHaveURL(/sort=cpu/);
  await expect(table.getByRole("columnheader", { name: "CPU" })).toHaveAttribute("aria-sort", "descending");
  await expect(table.getByRole("row").nth(1).getByRole("link", { name: "furnace" })).toBeVisible();
  await table.getByRole("button", { name: "Memory" }).click();
  await expect(table.getByRole("row").nth(1).getByRole("link", { name: "hoarder" })).toBeVisible();
});

test("charts grow, change their range and can be read with the keyboard", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await page.goto("/containers/furnace?tab=stats");
  await expect(chart(page, "Processor")).toHaveAttribute("aria-valuetext", /: Processor [1-9]/);
  const before = await points(page, "Processor");
  await expect.poll(() => points(page, "Processor")).toBeGreaterThan(before + 1);
  const figure = page.getByRole("figure").filter({ hasText: "Memory" });
  await expect(figure.getByText(/^Average .* highest .* Limit 64 MiB$/)).toBeVisible();
  expect((await sampler(stack, session)).viewers).toBe(1);

  await chart(page, "Processor").focus();
  await page.keyboard.press("Home");
  await expect(chart(page, "Processor")).toHaveAttribute("aria-valuenow", "0");
  // The charts share their cursor.
  await expect(chart(page, "Memory")).toHaveAttribute("aria-valuenow", "0");
  await page.keyboard.press("ArrowRight");
  await expect(chart(page, "Processor")).toHaveAttribute("aria-valuenow", "1");
  // It stays on its moment while new ones come.
  const moment = await chart(page, "Processor").getAttribute("aria-valuetext");
  const then = await points(page, "Processor");
  await expect.poll(() => points(page, "Processor")).toBeGreaterThan(then + 2);
  await expect(chart(page, "Processor")).toHaveAttribute("aria-valuetext", moment ?? "");

  for (const [label, range] of [
    ["1 hour", "1h"],
    ["24 hours", "24h"],
    ["7 days", "7d"],
    ["30 days", "30d"],
  ] as const) {
    const answer = page.waitForResponse((r) => r.url().includes(`stats/history?range=${range}`));
    await page.getByRole("group", { name: "Range" }).getByRole("button", { name: label }).click();
    expect((await answer).status()).toBe(200);
    await expect(page).toHaveURL(new RegExp(`range=${range}`));
    await expect(chart(page, "Processor")).toHaveAttribute("aria-valuetext", /: Processor \d/);
  }
  await page.goto("/containers/nightly-copy?tab=stats");
  await expect(page.getByText("It does not run, so no new numbers come.")).toBeVisible();
});

for (const theme of ["dark", "light"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test("no violations, and pictures to look at", async ({ signedIn: page }) => {
      test.setTimeout(120_000);
      mkdirSync(folder, { recursive: true });
      const shot = (name: string) =>
        page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: "disabled" });
      await page.goto("/");
      await expect(meter(page, "furnace", "Processor")).toHaveAttribute("aria-valuetext", /^[1-9]/);
      await axe(page, "dashboard with numbers");
      await shot("stats-dashboard");
      await tile(page, "hoarder").scrollIntoViewIfNeeded();
      await shot("stats-tiles");
      await page.goto("/?view=list&sort=cpu");
      await expect(page.getByRole("meter", { name: "Processor" }).first()).toHaveAttribute(
        "aria-valuetext",
        /core/,
      );
      await axe(page, "list with numbers");
      await shot("stats-list");
      await page.goto("/containers/furnace?tab=stats");
      await expect.poll(() => points(page, "Processor")).toBeGreaterThan(12);
      await chart(page, "Processor").hover();
      await axe(page, "charts");
      await shot("stats-charts");
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto("/");
      await expect(meter(page, "furnace", "Processor")).toHaveAttribute("aria-valuetext", /^[1-9]/);
      await tile(page, "hoarder").scrollIntoViewIfNeeded();
      await shot("stats-dashboard-phone");
      await page.goto("/containers/furnace?tab=stats");
      await expect.poll(() => points(page, "Processor")).toBeGreaterThan(3);
      await axe(page, "charts on a phone");
      await shot("stats-charts-phone");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(wide, "nothing sticks out").toBe(false);
    });
  });
}
