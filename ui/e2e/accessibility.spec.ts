import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { update } from "./published";
import { scenes } from "./scenes";
import { engine } from "./stack";
import { expect, household, shop, test } from "./test";

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

for (const theme of ["dark", "light"] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    for (const scene of scenes) {
      test(`no violations: ${scene.name}`, async ({ signedIn: page, stack, session }) => {
        await household(stack, session);
        await shop(stack, session);
        await update(stack, session);
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
