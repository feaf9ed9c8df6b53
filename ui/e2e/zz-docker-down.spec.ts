import { expect, household, test } from "./test";

/** Last of all: nothing works without the engine after this. */
test("Docker down: a banner, the last known tiles in grey, actions off, the list stays", async ({
  signedIn: page,
  stack,
  session,
}) => {
  test.setTimeout(90_000);
  await household(stack, session);
  await page.goto("/");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const tile = page
    .getByRole("listitem")
    .filter({ has: page.getByRole("link", { name: "nightly-copy", exact: true }) });
  await expect(tile.getByRole("button", { name: "Start nightly-copy" })).toBeEnabled();

  process.kill(stack.pid, "SIGTERM");
  const banner = page.getByRole("status").filter({ hasText: "Docker is not answering" });
  await expect(banner).toBeVisible({ timeout: 50_000 });
  await expect(banner).toContainText(/as of \d\d:\d\d/);
  await expect(page.getByRole("region", { name: "media" })).toBeVisible();
  await expect(tile.getByRole("button", { name: "Start nightly-copy" })).toBeDisabled();

  await page.getByRole("button", { name: "Actions for nightly-copy" }).click();
  await expect(page.getByRole("menuitem", { name: /^Start/ })).toBeDisabled();
  await expect(page.getByRole("menuitem", { name: /^Start/ })).toContainText("Docker is not answering");
  await page.keyboard.press("Escape");

  await page.goto("/images");
  await expect(page.getByRole("button", { name: "Pull image" }).first()).toBeDisabled();
});
