import { expect, test } from "./test";

test("a page whose style was lost on the way is loaded again", async ({ page }) => {
  let lost = 0;
  await page.route("**/assets/*.css", async (route) => {
    // As when the browser drops its connections because a container's network came or went.
    if (lost === 0) {
      lost += 1;
      await route.abort("failed");
    } else await route.continue();
  });
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Sign in" })).toBeVisible();
  await expect(page.locator("body")).toHaveCSS("font-family", /Archivo/);
  expect(lost).toBe(1);
});

test("a page whose style never comes is not loaded again for ever", async ({ page }) => {
  let loads = 0;
  await page.route("**/assets/*.css", (route) => {
    loads += 1;
    return route.abort("failed");
  });
  await page.goto("/");
  await expect.poll(() => loads).toBe(4);
  await page.waitForLoadState("networkidle");
  expect(loads).toBe(4);
});
