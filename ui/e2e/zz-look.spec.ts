import { ask, change, expect, household, test } from "./test";

const dir = "/tmp/look";
const sizes = { desktop: { width: 1440, height: 960 }, phone: { width: 390, height: 844 } };
const only = process.env.LOOK_ONLY;
for (const theme of ["dark", "light"] as const)
  for (const [size, viewport] of Object.entries(sizes)) {
    if (only && only !== `${theme}-${size}`) continue;
    test.describe(`${theme} ${size}`, () => {
      test.use({ colorScheme: theme, viewport, isMobile: size === "phone" });
      test("look", async ({ signedIn: page, stack, session }) => {
        test.setTimeout(300_000);
        await household(stack, session);
        const have = await ask<{ stores: unknown[] }>(stack, session, "/api/store/status");
        if (have.stores.length < 2) {
          await change(stack, session, "POST", "/api/store/stores", { invite: process.env.LOOK_INVITE });
          await change(stack, session, "POST", "/api/store/stores", { invite: stack.store.invite });
          await new Promise((r) => setTimeout(r, 3000));
        }
        const shot = async (name: string, fullPage = false) => {
          await page.waitForTimeout(500);
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({
            path: `${dir}/${name}-${theme}-${size}.png`,
            animations: "disabled",
            fullPage,
          });
          const [content, width] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            innerWidth,
          ]);
          if (content > width) console.log("WIDE", name, theme, size, content, width);
        };
        await page.goto("/store?q=photo");
        await expect(page.getByRole("list", { name: "Apps" })).toBeVisible();
        await shot("q");
        await page.goto("/store");
        await expect(page.getByRole("list", { name: "Apps" })).toBeVisible();
        await shot("list");
        const open = async (q: string, name: string) => {
          await page.goto(`/store?q=${q}`);
          await page.getByRole("link", { name, exact: true }).click();
          await page.waitForTimeout(1200);
        };
        await open("immich", "Immich");
        await shot("immich", size === "phone");
        await page.evaluate(() => document.querySelector("aside")?.scrollTo(0, 500));
        if (size !== "phone") await shot("immich-2");
        await page.evaluate(() => document.querySelector("aside")?.scrollTo(0, 99999));
        if (size !== "phone") await shot("immich-3");
        await page.getByRole("button", { name: "Preview" }).click();
        await shot("preview");
        await page.keyboard.press("Escape");
        await open("jellyfin", "Jellyfin");
        await shot("jellyfin", size === "phone");
        await open("portainer", "Portainer").catch(() => undefined);
        await page.evaluate(() => document.querySelector("aside")?.scrollTo(0, 99999));
        await shot("risk", size === "phone");
        // an install
        await page.goto("/store?q=database");
        await page.getByRole("link", { name: "Database, setup and page", exact: true }).click();
        const aside = page.getByRole("complementary", { name: "Database, setup and page" });
        if (
          await aside
            .getByRole("button", { name: "Install another one" })
            .isVisible()
            .catch(() => false)
        ) {
          await shot("installed");
        } else {
          await aside.getByText(/^Makes/).waitFor();
          await aside.getByRole("button", { name: "Install", exact: true }).click();
          await shot("installing");
          await aside.getByText("It is installed.").waitFor({ timeout: 60_000 });
          await shot("done", size === "phone");
          await aside.getByRole("button", { name: "Done" }).click();
          await shot("installed");
        }
        await aside.getByRole("link", { name: "Edit settings" }).click();
        await aside.getByLabel("Title").fill("Another");
        await page.waitForTimeout(600);
        await page.evaluate(() => document.querySelector("aside")?.scrollTo(0, 99999));
        await shot("edit", size === "phone");
        await page.goto("/store?installed=true");
        await page.waitForTimeout(600);
        await page.getByRole("button", { name: "Uninstall" }).first().click();
        await shot("uninstall");
        await page.goto("/settings/stores");
        await page.waitForTimeout(800);
        await shot("sources", true);
      });
    });
  }
