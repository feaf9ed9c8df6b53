import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { engine } from "./stack";
import { container, expect, household, openEverything, test, unfold } from "./test";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function check(page: Page, what: string): Promise<void> {
  // A fade that is half way is no colour of ours; one that was called off is over, too.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .map((a) => (a.effect?.getTiming().iterations === Number.POSITIVE_INFINITY ? undefined : a.finished)),
    ),
  );
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`);
  expect(found, what).toEqual([]);
}

type Scene = {
  name: string;
  path: string;
  before?: (page: Page) => Promise<unknown>;
  ready: (page: Page) => Promise<void>;
};
const heading = (name: string) => async (page: Page) => {
  await expect(page.getByRole("heading", { name, exact: true, level: 1 })).toBeVisible();
};

const scenes: Scene[] = [
  {
    name: "dashboard",
    path: "/",
    ready: (page) => expect(container(page, "jukebox")).toBeVisible(),
  },
  {
    name: "dashboard list, with a selection",
    path: "/?view=list",
    ready: async (page) => {
      await page.getByLabel("Select jukebox").check();
      await page.getByLabel("Select nightly-copy").check();
      await expect(page.getByRole("region", { name: "Selected containers" })).toBeVisible();
    },
  },
  {
    name: "nothing matches",
    path: "/?q=nothing-of-the-kind",
    ready: (page) => expect(page.getByRole("button", { name: "Clear" })).toBeVisible(),
  },
  {
    name: "action menu",
    path: "/",
    ready: async (page) => {
      await page.getByRole("button", { name: "Actions for jukebox" }).click();
      await expect(page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "palette",
    path: "/",
    ready: async (page) => {
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search" }).fill("juke");
    },
  },
  {
    name: "keys",
    path: "/",
    ready: async (page) => {
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog", { name: "Keyboard" })).toBeVisible();
    },
  },
  {
    name: "account",
    path: "/",
    ready: async (page) => {
      await page.getByRole("button", { name: "Account and appearance" }).click();
      await expect(page.getByRole("button", { name: "Sign out", exact: true })).toBeVisible();
    },
  },
  {
    name: "overview",
    path: "/containers/mailroom",
    ready: (page) => expect(page.getByRole("heading", { name: "Health" })).toBeVisible(),
  },
  {
    name: "logs",
    path: "/containers/audiobooks?tab=logs",
    ready: (page) => expect(page.getByRole("log")).toContainText("all 40 served"),
  },
  {
    name: "terminal",
    path: "/containers/zephyr?tab=terminal",
    ready: (page) => expect(page.getByRole("status").filter({ hasText: "sh" })).toBeVisible(),
  },
  {
    name: "logs, searched, with levels",
    path: "/containers/audiobooks?tab=logs",
    ready: async (page) => {
      await expect(page.getByRole("log")).toContainText("all 40 served");
      await page.getByLabel("Search the log").fill("(slow");
      await page.getByRole("button", { name: "Regular expression" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
      await page.getByLabel("Search the log").fill("slow");
      await page.getByLabel("Search the log").press("Enter");
      await expect(page.getByText("1 of 40")).toBeVisible();
      await page.getByRole("button", { name: "All levels" }).click();
      await expect(page.getByRole("dialog", { name: "Levels" })).toBeVisible();
    },
  },
  {
    name: "logs, how they are shown",
    path: "/containers/audiobooks?tab=logs",
    ready: async (page) => {
      await page.getByRole("button", { name: "How the log is shown" }).click();
      await expect(page.getByRole("dialog", { name: "How the log is shown" })).toBeVisible();
    },
  },
  {
    name: "dock, side by side, and a terminal",
    path: "/",
    ready: async (page) => {
      await page.getByRole("button", { name: "Actions for zephyr" }).click();
      await page.getByRole("menuitem", { name: "Terminal" }).click();
      const dock = page.getByRole("region", { name: "Dock" });
      await expect(dock.locator(".xterm-rows")).toContainText("/ #");
      await page.getByRole("button", { name: "Actions for audiobooks" }).click();
      await page.getByRole("menuitem", { name: "Logs" }).click();
      await dock.getByRole("button", { name: "Logs side by side" }).click();
      await page.getByRole("checkbox", { name: "nightly-copy", exact: true }).check();
      await expect(dock.getByRole("log")).toHaveCount(2);
      await expect(dock.getByRole("log").last()).toContainText("the disk is full");
    },
  },
  {
    name: "inspect",
    path: "/containers/zephyr?tab=inspect",
    ready: (page) => expect(page.getByRole("region", { name: /as JSON/ })).toBeVisible(),
  },
  {
    name: "create, with problems and a risk",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: async (page) => {
      await page.getByRole("button", { name: "Add port" }).click();
      await page.getByLabel("Port 1 in the container").fill("99999");
      await page.getByLabel("Port 1 on this server").fill("x");
      await unfold(page, "Rights");
      await page.getByLabel("Privileged").check();
      await expect(page.getByLabel("Type privileged to allow it")).toBeVisible();
    },
  },
  {
    name: "create, all of it open",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: async (page) => {
      await openEverything(page);
      await expect(page.getByText("Ready to create")).toBeVisible();
    },
  },
  {
    name: "create, images offered",
    path: "/new",
    ready: async (page) => {
      await page.getByRole("combobox", { name: "Image" }).fill("hm");
      await page.keyboard.press("ArrowDown");
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
  {
    name: "tags that cannot be had",
    path: "/new?image=127.0.0.1%3A9%2Fnobody%2Fthere",
    ready: async (page) => {
      await page.getByRole("button", { name: "Tags" }).click();
      await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "paste docker run, and what was left over",
    path: "/new",
    ready: async (page) => {
      await page.getByRole("button", { name: "Paste docker run" }).click();
      await page.getByLabel("Command").last().fill("docker run --no-such-flag --name x hm-test/busybox:1");
      await page.getByRole("button", { name: "Fill in the form" }).click();
      await expect(page.getByRole("region", { name: "Not taken over" })).toBeVisible();
      await page.getByRole("button", { name: "Paste docker run" }).click();
      await expect(page.getByRole("dialog", { name: "Paste docker run" })).toBeVisible();
    },
  },
  {
    name: "as Compose",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: async (page) => {
      await page.getByRole("button", { name: "As Compose" }).click();
      await expect(page.getByRole("region", { name: "Compose file" })).toBeVisible();
    },
  },
  {
    name: "settings, and what re-creating changes",
    path: "/containers/weather/edit",
    ready: async (page) => {
      await page.getByLabel(/^Memory optional/).fill("64 MB");
      await page.getByRole("button", { name: "Add variable" }).click();
      await page.getByLabel("Name of variable 1").fill("WIND");
      await page.getByLabel("Value of variable 1").fill("north");
      await expect(page.getByText("2 settings change")).toBeVisible();
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
  { name: "images", path: "/images", ready: heading("Images") },
  {
    name: "pull",
    path: "/images?pull=new",
    ready: (page) => expect(page.getByRole("dialog", { name: "Pull image" })).toBeVisible(),
  },
  {
    name: "events",
    path: "/events",
    ready: (page) => expect(page.getByText("Today").first()).toBeVisible(),
  },
  {
    name: "audit",
    path: "/events?tab=audit",
    ready: (page) => expect(page.getByRole("table", { name: "Audit log" })).toBeVisible(),
  },
  {
    name: "events, nothing matches",
    path: "/events?q=nothing-of-the-kind",
    ready: (page) => expect(page.getByRole("button", { name: "Clear" })).toBeVisible(),
  },
  {
    name: "events, not to be read",
    path: "/events",
    before: (page) => page.route("**/api/timeline?*", (route) => route.fulfill({ status: 500, body: "{}" })),
    ready: (page) => expect(page.getByRole("button", { name: "Try again" })).toBeVisible(),
  },
  {
    name: "networks",
    path: "/networks",
    ready: (page) => expect(page.getByRole("table", { name: "Networks" })).toBeVisible(),
  },
  {
    name: "new network, with a problem",
    path: "/networks?open=new",
    ready: async (page) => {
      await page.getByRole("button", { name: "Create network" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "volumes",
    path: "/volumes",
    ready: (page) => expect(page.getByRole("table", { name: "Volumes" })).toBeVisible(),
  },
  {
    name: "volumes to clear out",
    path: "/volumes?open=prune",
    ready: async (page) => {
      await page.getByRole("button", { name: "Everything unused" }).click();
      await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeVisible();
    },
  },
  {
    name: "images to clear out",
    path: "/images?open=prune",
    ready: async (page) => {
      await page.getByRole("button", { name: "Everything unused" }).click();
      await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeVisible();
    },
  },
  {
    name: "new volume, with a risk",
    path: "/volumes?open=new",
    ready: async (page) => {
      await page.getByLabel("Name").fill("etc");
      await page.getByLabel("Driver options").fill("type=none\no=bind\ndevice=/etc");
      await page.getByRole("button", { name: "Create volume" }).click();
      await expect(page.getByLabel(/^Type /)).toBeVisible();
    },
  },
  {
    name: "volume to remove",
    path: "/volumes",
    ready: async (page) => {
      await page.getByRole("button", { name: "Remove attic" }).click();
      await expect(page.getByLabel("Type attic to go on")).toBeVisible();
    },
  },
  ...["account", "appearance", "storage", "about"].map((section) => ({
    name: `settings, ${section}`,
    path: `/settings/${section}`,
    ready: async (page: Page) => {
      await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
      await expect(page.locator("main [class*=skeleton]")).toHaveCount(0);
    },
  })),
  {
    name: "palette, with an action that is off",
    path: "/",
    ready: async (page) => {
      await expect(page.getByText("Live", { exact: true })).toBeVisible();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "Search" }).fill("stop nightly");
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
  {
    name: "no such page",
    path: "/no/such/page",
    ready: (page) => expect(page.getByText("There is no page at this address.")).toBeVisible(),
  },
];

for (const theme of ["dark", "light"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const scene of scenes) {
      test(`no violations: ${scene.name}`, async ({ signedIn: page, stack, session }) => {
        await household(stack, session);
        // A volume that nobody uses, to look at.
        await engine(stack.docker, "POST", "/volumes/create", { Name: "attic" });
        await scene.before?.(page);
        await page.goto(scene.path);
        await scene.ready(page);
        await check(page, scene.name);
      });
    }
    test("no violations: sign in", async ({ page, session }) => {
      expect(session.proof).not.toBe("");
      await page.goto("/login");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
      await check(page, "sign in");
    });
  });
}
