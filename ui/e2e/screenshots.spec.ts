import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { update } from "./published";
import { scenes } from "./scenes";
import { engine } from "./stack";
import { expect, household, shop, test } from "./test";

const folder = fileURLToPath(new URL("../../artifacts/screenshots", import.meta.url));

const sizes = { desktop: { width: 1440, height: 960 }, phone: { width: 390, height: 844 } };

for (const theme of ["dark", "light"] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test.describe(`${theme} ${size}`, () => {
      test.use({ colorScheme: theme, viewport, deviceScaleFactor: size === "phone" ? 2 : 1 });
      test("each page as a picture", async ({ signedIn: page, stack, session }) => {
        test.setTimeout(240_000);
        mkdirSync(folder, { recursive: true });
        await household(stack, session);
        await shop(stack, session);
        await update(stack, session);
        await engine(stack.docker, "POST", "/volumes/create", { Name: "attic" });
        for (const { picture, path, ready } of scenes) {
          if (!picture) continue;
          await page.goto(path);
          await ready(page);
          await page.evaluate(() => document.fonts.ready);
          await page.screenshot({
            path: join(folder, `${picture}-${theme}-${size}.png`),
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
