import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { engine } from "./stack";
import { container, expect, household, test } from "./test";

const folder = fileURLToPath(new URL("../../artifacts/screenshots", import.meta.url));

const pages: { name: string; path: string; ready: (page: Page) => Promise<void> }[] = [
  {
    name: "dashboard",
    path: "/",
    ready: (page) => expect(container(page, "jukebox")).toBeVisible(),
  },
  {
    name: "dashboard-list",
    path: "/?view=list",
    ready: (page) => expect(container(page, "jukebox")).toBeVisible(),
  },
  {
    name: "container",
    path: "/containers/mailroom",
    ready: (page) => expect(page.getByRole("heading", { name: "Environment" })).toBeVisible(),
  },
  {
    name: "logs",
    path: "/containers/audiobooks?tab=logs",
    ready: (page) => expect(page.getByRole("log")).toContainText("all 40 served"),
  },
  {
    name: "terminal",
    path: "/containers/zephyr?tab=terminal",
    ready: async (page) => {
      await expect(page.getByRole("status").filter({ hasText: "sh" })).toBeVisible();
      await page.keyboard.type("ls -l /bin | head\n");
      await expect(page.locator(".xterm-rows")).toContainText("total");
    },
  },
  {
    name: "create",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: (page) => expect(page.getByText("Ready to create")).toBeVisible(),
  },
  {
    name: "images",
    path: "/images",
    ready: (page) => expect(page.getByText("hm-test/busybox:1").first()).toBeVisible(),
  },
  { name: "events", path: "/events", ready: (page) => expect(page.getByText("Today").first()).toBeVisible() },
  {
    name: "audit",
    path: "/events?tab=audit",
    ready: (page) => expect(page.getByRole("table", { name: "Audit log" })).toBeVisible(),
  },
  {
    name: "networks",
    path: "/networks",
    ready: (page) => expect(page.getByRole("table", { name: "Networks" })).toBeVisible(),
  },
  {
    name: "network-new",
    path: "/networks?open=new",
    ready: (page) => expect(page.getByRole("dialog", { name: "New network" })).toBeVisible(),
  },
  {
    name: "volumes",
    path: "/volumes",
    ready: (page) => expect(page.getByRole("table", { name: "Volumes" })).toBeVisible(),
  },
  {
    name: "volumes-prune",
    path: "/volumes?open=prune",
    ready: async (page) => {
      await page.getByRole("button", { name: "Everything unused" }).click();
      await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeVisible();
    },
  },
  {
    name: "images-prune",
    path: "/images?open=prune",
    ready: async (page) => {
      await page.getByRole("button", { name: "Everything unused" }).click();
      await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeVisible();
    },
  },
  {
    name: "settings-account",
    path: "/settings/account",
    ready: (page) => expect(page.getByText("this browser", { exact: true })).toBeVisible(),
  },
  {
    name: "settings-appearance",
    path: "/settings/appearance",
    ready: (page) => expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible(),
  },
  {
    name: "settings-storage",
    path: "/settings/storage",
    ready: (page) => expect(page.getByLabel("App data")).toBeVisible(),
  },
  {
    name: "settings-about",
    path: "/settings/about",
    ready: (page) => expect(page.getByRole("row").first()).toBeVisible(),
  },
  {
    name: "palette",
    path: "/",
    ready: async (page) => {
      await expect(container(page, "jukebox")).toBeVisible();
      await page.getByRole("button", { name: "Search containers and actions" }).click();
      await page.getByRole("combobox", { name: "Search" }).fill("juke");
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
];

const sizes = { desktop: { width: 1440, height: 960 }, phone: { width: 390, height: 844 } };

for (const theme of ["dark", "light"] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test.describe(`${theme} ${size}`, () => {
      test.use({ colorScheme: theme, viewport, deviceScaleFactor: size === "phone" ? 2 : 1 });
      test("each page as a picture", async ({ signedIn: page, stack, session }) => {
        test.setTimeout(240_000);
        mkdirSync(folder, { recursive: true });
        await household(stack, session);
        await engine(stack.docker, "POST", "/volumes/create", { Name: "attic" });
        for (const { name, path, ready } of pages) {
          await page.goto(path);
          await ready(page);
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({
            path: join(folder, `${name}-${theme}-${size}.png`),
            animations: "disabled",
          });
        }
      });
      test("the page before the session as a picture", async ({ page, session }) => {
        expect(session.proof).not.toBe("");
        mkdirSync(folder, { recursive: true });
        await page.goto("/login");
        await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
        await page.screenshot({ path: join(folder, `sign-in-${theme}-${size}.png`), animations: "disabled" });
      });
    });
  }
}
