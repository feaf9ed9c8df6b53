import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { engine } from "./stack";
import { container, expect, household, test, unfold } from "./test";

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
      await expect(page.locator(".xterm-rows")).toContainText("/ #");
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
    name: "create-filled",
    path: "/new",
    ready: async (page) => {
      await page.getByRole("button", { name: "Paste docker run" }).click();
      await page
        .getByLabel("Command")
        .last()
        .fill(
          "docker run -d --name harbour-radio -p 18090:8090 -e TZ=Europe/London -v radio:/data --memory 256m --cap-add NET_ADMIN --link db:db hm-test/busybox:1 httpd -f -p 8090",
        );
      await page.getByRole("button", { name: "Fill in the form" }).click();
      await expect(page.getByRole("region", { name: "Not taken over" })).toBeVisible();
      await expect(page.getByText("To confirm")).toBeVisible();
    },
  },
  {
    name: "create-limits",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: async (page) => {
      await expect(page.getByText("Ready to create")).toBeVisible();
      await page.getByLabel(/^Memory optional/).fill("512 MB");
      await unfold(page, "More limits");
      await page.getByLabel("Processes at most").fill("200");
      await page
        .getByRole("navigation", { name: "Steps" })
        .getByRole("button", { name: /^Limits and rights/ })
        .click();
    },
  },
  {
    name: "compose",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: async (page) => {
      await page.getByRole("button", { name: "Web page", exact: true }).click();
      await page.getByRole("button", { name: "Configuration" }).click();
      await page.getByRole("button", { name: "As Compose" }).click();
      await expect(page.getByRole("region", { name: "Compose file" })).toContainText("services");
    },
  },
  {
    name: "settings",
    path: "/containers/weather/edit",
    ready: (page) => expect(page.getByText("Nothing you set changes")).toBeVisible(),
  },
  {
    name: "recreate",
    path: "/containers/weather/edit",
    ready: async (page) => {
      await page.getByLabel(/^Memory optional/).fill("64 MB");
      await page.getByText("Always", { exact: true }).click();
      await page.getByRole("button", { name: "Configuration" }).click();
      await page.getByRole("button", { name: "Add variable" }).click();
      await page.getByLabel("Name of variable 1").fill("WIND");
      await page.getByLabel("Value of variable 1").fill("north");
      await expect(page.getByRole("heading", { name: /settings change$/ })).toBeVisible();
      await page.getByRole("button", { name: "Review and re-create" }).click();
      await expect(page.getByRole("dialog", { name: "Re-create weather?" })).toBeVisible();
    },
  },
  {
    name: "icon",
    path: "/containers/weather",
    ready: async (page) => {
      await page.getByRole("button", { name: "Actions for weather" }).click();
      await page.getByRole("menuitem", { name: "Icon" }).click();
      await expect(page.getByRole("button", { name: "Films" })).toBeVisible();
    },
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
  // The dock stays, and on a phone it covers the page: it comes last.
  {
    name: "dock",
    path: "/",
    ready: async (page) => {
      await container(page, "zephyr").focus();
      await page.keyboard.press("t");
      const dock = page.getByRole("region", { name: "Dock" });
      await expect(dock.locator(".xterm-rows")).toContainText("/ #");
      // On a phone the sheet has to go before the next thing can be opened.
      await dock.getByRole("button", { name: "Make the dock small" }).click();
      await container(page, "audiobooks").focus();
      await page.keyboard.press("l");
      await expect(dock.getByRole("log")).toContainText("all 40 served");
      await dock.getByLabel("Search the log").fill("slow");
      await expect(dock.getByText("0 of 40")).toBeVisible();
      await dock.getByLabel("Search the log").press("Enter");
      await expect(dock.getByText("1 of 40")).toBeVisible();
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
