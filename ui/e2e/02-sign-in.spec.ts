import { expect, PASSWORD, signInOutside, test, useSession } from "./test";

test("sign in: wrong password, right password, on to where one wanted to go", async ({ page, session }) => {
  expect(session.proof).not.toBe("");
  await page.goto("/images");
  await expect(page).toHaveURL(/\/login\?next=/);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/images$/);
  await expect(page.getByRole("heading", { name: "Images" })).toBeVisible();
});

test("sign out leaves nothing behind", async ({ signedIn: page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Account and appearance" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await page.evaluate(() => localStorage.getItem("harbourmaster.proof"))).toBeNull();
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("signed out elsewhere: a dialog over the page, and the work on it is kept", async ({
  signedIn: page,
  stack,
  browser,
}) => {
  await page.goto("/new");
  await page.getByRole("combobox", { name: "Image" }).fill("hm-test/busybox:1");
  await page.getByLabel(/^Name/).fill("half-typed");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  const other = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: stack.url });
  const second = await other.newPage();
  await useSession(second, stack, await signInOutside(stack));
  await second.goto("/");
  await second.getByRole("button", { name: "Account and appearance" }).click();
  await second.getByRole("button", { name: "Sign out everywhere" }).click();
  await expect(second.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await other.close();

  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await expect(dialog).toBeVisible();
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByLabel(/^Name/)).toHaveValue("half-typed");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});

test("the theme is remembered and set before the page is painted", async ({ signedIn: page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Switch to the day theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.reload({ waitUntil: "commit" });
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.getByRole("button", { name: "Switch to the night theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
