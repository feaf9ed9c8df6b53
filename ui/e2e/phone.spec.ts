import type { Page } from "@playwright/test";
import { container, expect, household, shop, test } from "./test";

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

test.beforeEach(async ({ stack, session }) => {
  await household(stack, session);
});

const width = (page: Page) => page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);

test("no page scrolls sideways, and the bar at the bottom leads to each", async ({ signedIn: page }) => {
  for (const path of [
    "/",
    "/containers/mailroom",
    "/containers/audiobooks?tab=logs",
    "/containers/zephyr?tab=terminal",
    "/new",
    "/images",
    "/events",
    "/events?tab=audit",
    "/volumes",
    "/networks",
    "/store",
    "/settings/stores",
    "/settings/account",
    "/settings/about",
  ]) {
    await page.goto(path);
    await expect(
      page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Store" }),
    ).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const [content, window] = await width(page);
    expect(content, path).toBeLessThanOrEqual(window ?? 0);
  }
  await page.goto("/");
  const bar = page.getByRole("navigation", { name: "Main" });
  const box = await bar.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(844, 0);
  await bar.getByRole("link", { name: "Store" }).tap();
  await expect(page.getByRole("heading", { name: "Store" })).toBeVisible();
  await bar.getByRole("button", { name: "More" }).tap();
  await page.getByRole("dialog", { name: "More" }).getByRole("link", { name: "Volumes" }).tap();
  await expect(page.getByRole("heading", { name: "Volumes" })).toBeVisible();
  await bar.getByRole("button", { name: "More" }).tap();
  await expect(
    page.getByRole("dialog", { name: "More" }).getByRole("button", { name: "Sign out", exact: true }),
  ).toBeVisible();
});

test("controls are large enough for a finger", async ({ signedIn: page }) => {
  await page.goto("/");
  for (const name of ["Actions for jukebox", "New container"]) {
    const control = page.getByRole("button", { name }).or(page.getByRole("link", { name })).first();
    const box = await control.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(40);
  }
});

test("an app fills the screen, its controls are large enough, and Back is where one left", async ({
  signedIn: page,
  stack,
  session,
}) => {
  await shop(stack, session);
  await page.goto("/store");
  await page.getByRole("link", { name: "Database, setup and page", exact: true }).tap();
  await expect(page.getByRole("heading", { name: "Database, setup and page", level: 1 })).toBeVisible();
  await expect(page.getByText(/^Makes /)).toBeVisible();
  await expect(page.getByRole("list", { name: "Apps" })).toBeHidden();
  const [content, window] = await width(page);
  expect(content).toBeLessThanOrEqual(window ?? 0);
  for (const name of [
    "Close",
    "Install",
    "Preview",
    "Use a folder instead",
    "Make another Database password",
  ]) {
    const control = page
      .getByRole("button", { name, exact: true })
      .or(page.getByRole("link", { name, exact: true }))
      .first();
    const box = await control.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0), name).toBeGreaterThanOrEqual(40);
  }
  await page.goBack();
  await expect(page.getByRole("list", { name: "Apps" })).toBeVisible();
});

test("Back from a container is where one left", async ({ signedIn: page }) => {
  await page.goto("/");
  const link = container(page, "zephyr");
  await link.scrollIntoViewIfNeeded();
  const before = await page.evaluate(() => window.scrollY);
  await link.tap();
  await expect(page.getByRole("heading", { name: "zephyr" })).toBeVisible();
  await page.goBack();
  await expect(link).toBeVisible();
  await expect.poll(() => page.evaluate((y) => Math.abs(window.scrollY - y), before)).toBeLessThanOrEqual(80);
});
