import type { Page } from "@playwright/test";
import { container, expect, openEverything, unfold } from "./test";

/** A page in a state worth looking at: each is held to the rules of accessibility, and many are taken a picture of. */
export type Scene = {
  name: string;
  /** Name of its picture's file. Such a scene can be made on a phone too. */
  picture?: string;
  path: string;
  before?: (page: Page) => Promise<unknown>;
  ready: (page: Page) => Promise<unknown>;
};

/** The tiles with their first live numbers. */
async function live(page: Page): Promise<void> {
  await expect(container(page, "jukebox")).toBeVisible();
  await expect(page.getByRole("meter", { name: "Memory" }).first()).toHaveAttribute("aria-valuetext", / of /);
}

export const scenes: readonly Scene[] = [
  {
    name: "dashboard",
    picture: "dashboard",
    path: "/",
    ready: live,
  },
  {
    name: "dashboard list",
    picture: "dashboard-list",
    path: "/?view=list",
    ready: live,
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
    picture: "palette",
    path: "/",
    ready: async (page) => {
      await expect(container(page, "jukebox")).toBeVisible();
      await page.getByRole("button", { name: "Search containers and actions" }).click();
      await page.getByRole("combobox", { name: "Search" }).fill("juke");
      await expect(page.getByRole("option").first()).toBeVisible();
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
    picture: "container",
    path: "/containers/mailroom",
    ready: (page) => expect(page.getByRole("heading", { name: "Environment" })).toBeVisible(),
  },
  {
    name: "logs",
    picture: "logs",
    path: "/containers/audiobooks?tab=logs",
    ready: (page) => expect(page.getByRole("log")).toContainText("all 40 served"),
  },
  {
    name: "terminal",
    picture: "terminal",
    path: "/containers/zephyr?tab=terminal",
    ready: async (page) => {
      await expect(page.locator(".xterm-rows")).toContainText("/ #");
      await page.keyboard.type("ls -l /bin | head\n");
      await expect(page.locator(".xterm-rows")).toContainText("total");
    },
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
    name: "create",
    picture: "create",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: (page) => expect(page.getByText("Ready to create")).toBeVisible(),
  },
  {
    name: "create, from a command line",
    picture: "create-filled",
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
    name: "create, limits",
    picture: "create-limits",
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
    picture: "compose",
    path: "/new?image=hm-test%2Fbusybox%3A1",
    ready: async (page) => {
      await page.getByRole("button", { name: "Web page", exact: true }).click();
      await page.getByRole("button", { name: "Configuration" }).click();
      await page.getByRole("button", { name: "As Compose" }).click();
      await expect(page.getByRole("region", { name: "Compose file" })).toContainText("services");
    },
  },
  {
    name: "settings of a container",
    picture: "settings",
    path: "/containers/weather/edit",
    ready: (page) => expect(page.getByText("Nothing you set changes")).toBeVisible(),
  },
  {
    name: "settings, and what re-creating changes",
    picture: "recreate",
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
    picture: "icon",
    path: "/containers/weather",
    ready: async (page) => {
      await page.getByRole("button", { name: "Actions for weather" }).click();
      await page.getByRole("menuitem", { name: "Icon" }).click();
      await expect(page.getByRole("button", { name: "Films" })).toBeVisible();
    },
  },
  {
    name: "images",
    picture: "images",
    path: "/images",
    ready: (page) => expect(page.getByText("hm-test/busybox:1").first()).toBeVisible(),
  },
  {
    name: "pull",
    path: "/images?pull=new",
    ready: (page) => expect(page.getByRole("dialog", { name: "Pull image" })).toBeVisible(),
  },
  {
    name: "events",
    picture: "events",
    path: "/events",
    ready: (page) => expect(page.getByText("Today").first()).toBeVisible(),
  },
  {
    name: "audit",
    picture: "audit",
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
    name: "store",
    picture: "store",
    path: "/store",
    ready: (page) => expect(page.getByRole("link", { name: "Install A page" })).toBeVisible(),
  },
  {
    name: "store, before there is one",
    path: "/store",
    before: (page) =>
      page.route("**/api/store/status", async (route) => {
        const answer = await route.fetch();
        await route.fulfill({ json: { ...(await answer.json()), stores: [] } });
      }),
    ready: async (page) => {
      await page.getByRole("button", { name: "Add a store" }).click();
      await page.getByRole("button", { name: "Address and fingerprint" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Add store" }).click();
      await expect(page.getByRole("alert").first()).toBeVisible();
    },
  },
  {
    name: "store, expired",
    path: "/store",
    before: (page) =>
      page.route("**/api/store/status", async (route) => {
        const answer = await route.fetch();
        const status = (await answer.json()) as { stores: object[] };
        const stores = status.stores.map((s) => ({ ...s, state: "stale", staleFor: "3 days" }));
        await route.fulfill({ json: { ...status, stores } });
      }),
    ready: (page) => expect(page.getByText("Test shop expired 3 days ago.")).toBeVisible(),
  },
  {
    name: "store, nothing matches",
    path: "/store?q=nothing-of-the-kind",
    ready: (page) => expect(page.getByRole("button", { name: "Clear" })).toBeVisible(),
  },
  {
    name: "app",
    picture: "store-app",
    path: "/store",
    ready: async (page) => {
      await page.getByRole("link", { name: "Database, setup and page", exact: true }).click();
      await expect(page.getByText(/^Makes 3 containers/)).toBeVisible();
    },
  },
  {
    name: "app, all of it unfolded, with a problem",
    path: "/store",
    ready: async (page) => {
      await page.getByRole("link", { name: "Database, setup and page", exact: true }).click();
      await expect(page.getByText(/^Makes 3 containers/)).toBeVisible();
      await page.getByRole("textbox", { name: "Page port" }).fill("eighty");
      await unfold(page, "Versions and signatures");
      await unfold(page, "Advanced");
      await expect(page.getByText(/^A port is a number/)).toBeVisible();
    },
  },
  {
    name: "app, what will be made",
    picture: "store-preview",
    path: "/store",
    ready: async (page) => {
      await page.getByRole("link", { name: "Database, setup and page", exact: true }).click();
      await expect(page.getByText(/^Makes 3 containers/)).toBeVisible();
      await page.getByRole("button", { name: "Preview" }).click();
      await expect(page.getByRole("dialog", { name: "What will be made" })).toBeVisible();
    },
  },
  {
    name: "stores",
    picture: "settings-stores",
    path: "/settings/stores",
    ready: async (page) => {
      await expect(page.getByRole("heading", { name: "Peers" })).toBeVisible();
      await unfold(page, "Keys");
    },
  },
  {
    name: "networks",
    picture: "networks",
    path: "/networks",
    ready: (page) => expect(page.getByRole("table", { name: "Networks" })).toBeVisible(),
  },
  {
    name: "new network",
    picture: "network-new",
    path: "/networks?open=new",
    ready: (page) => expect(page.getByRole("dialog", { name: "New network" })).toBeVisible(),
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
    picture: "volumes",
    path: "/volumes",
    ready: (page) => expect(page.getByRole("table", { name: "Volumes" })).toBeVisible(),
  },
  {
    name: "volumes to clear out",
    picture: "volumes-prune",
    path: "/volumes?open=prune",
    ready: async (page) => {
      await page.getByRole("button", { name: "Everything unused" }).click();
      await expect(page.getByRole("dialog").getByRole("checkbox").first()).toBeVisible();
    },
  },
  {
    name: "images to clear out",
    picture: "images-prune",
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
  {
    name: "updates",
    picture: "updates",
    path: "/updates",
    ready: (page) => expect(page.getByRole("row").filter({ hasText: "Update ready" }).first()).toBeVisible(),
  },
  {
    name: "update",
    picture: "update",
    path: "/updates/bookshelf",
    ready: (page) => expect(page.getByRole("button", { name: "Update", exact: true })).toBeVisible(),
  },
  {
    name: "settings of updates",
    picture: "settings-updates",
    path: "/settings/updates",
    ready: (page) => expect(page.getByLabel("Check for updates")).toBeVisible(),
  },
  {
    name: "settings, account",
    picture: "settings-account",
    path: "/settings/account",
    ready: (page) => expect(page.getByText("this browser", { exact: true })).toBeVisible(),
  },
  {
    name: "settings, appearance",
    picture: "settings-appearance",
    path: "/settings/appearance",
    ready: (page) => expect(page.getByRole("heading", { name: "Appearance" })).toBeVisible(),
  },
  {
    name: "settings, storage",
    picture: "settings-storage",
    path: "/settings/storage",
    ready: (page) => expect(page.getByLabel("App data")).toBeVisible(),
  },
  {
    name: "settings, about",
    picture: "settings-about",
    path: "/settings/about",
    ready: (page) => expect(page.getByRole("row").first()).toBeVisible(),
  },
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
  // The dock stays, and on a phone it covers the page: of the pictures it comes last.
  {
    name: "dock",
    picture: "dock",
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
