import { expect, PASSWORD, signInOutside, test, useSession } from "./test";

const NEXT = "another quiet harbour";

test("the sections are in the address; one that is none says so", async ({ signedIn: page }) => {
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/settings\/account$/);
  const nav = page.getByRole("navigation", { name: "Settings" });
  await nav.getByRole("link", { name: "About" }).click();
  await expect(page).toHaveURL(/\/settings\/about$/);
  await page.reload();
  await expect(nav.getByRole("link", { name: "About" })).toHaveAttribute("aria-current", "page");
  await page.goto("/settings/colours");
  await expect(page.getByText("There are no settings of this name.")).toBeVisible();
});

test("a session elsewhere is listed and can be signed out", async ({ signedIn: page, stack, browser }) => {
  const other = await browser.newContext({
    ignoreHTTPSErrors: true,
    baseURL: stack.url,
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
  });
  const second = await other.newPage();
  await second.goto("/login");
  await second.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await second.getByRole("button", { name: "Sign in" }).click();
  await expect(second.getByText("Live", { exact: true })).toBeVisible();

  await page.goto("/settings/account");
  await expect(page.getByText("this browser", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: /Sign out Firefox on Linux/ }).click();
  await expect(page.getByRole("button", { name: /Sign out Firefox on Linux/ })).toHaveCount(0);
  await expect(second.getByRole("dialog", { name: "You are signed out" })).toBeVisible();
  await other.close();
});

test("changing the password: problems on their fields, other sessions end, this one stays", async ({
  signedIn: page,
  stack,
  browser,
}) => {
  const other = await browser.newContext({ ignoreHTTPSErrors: true, baseURL: stack.url });
  const second = await other.newPage();
  await useSession(second, stack, await signInOutside(stack));
  await second.goto("/");
  await expect(second.getByText("Live", { exact: true })).toBeVisible();

  await page.goto("/settings/account");
  const current = page.getByLabel("Current password");
  const next = page.getByLabel("New password", { exact: true });
  const again = page.getByLabel("New password again");
  const submit = page.getByRole("button", { name: "Change password" });
  const change = async (from: string, to: string) => {
    await current.fill(from);
    await next.fill(to);
    await again.fill(to);
    await submit.click();
  };
  await change("not the password", NEXT);
  await expect(current).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert")).toBeVisible();
  await change(PASSWORD, NEXT);
  await expect(page.getByText("Changed. Other sessions have ended.")).toBeVisible();
  await expect(second.getByRole("dialog", { name: "You are signed out" })).toBeVisible();
  await other.close();
  // As it was, for the tests that follow.
  await change(NEXT, PASSWORD);
  await expect(current).toHaveValue("");
  await expect(page.getByText("Changed. Other sessions have ended.")).toBeVisible();
});

test("storage: a problem on its field, and a change that stays", async ({ signedIn: page }) => {
  await page.goto("/settings/storage");
  const root = page.getByLabel("App data");
  const days = page.getByLabel("Keep events for");
  const save = page.getByRole("button", { name: "Save" });
  await expect(save).toBeDisabled();
  const before = await root.inputValue();
  await root.fill("not/absolute");
  await save.click();
  await expect(root).toHaveAttribute("aria-invalid", "true");
  await root.fill(before);
  await days.fill("30");
  await save.click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await page.reload();
  await expect(days).toHaveValue("30");
});

test("about: versions, and the licences of what it stands on", async ({ signedIn: page }) => {
  await page.goto("/settings/about");
  await expect(page.getByText("AGPL-3.0-or-later", { exact: true }).first()).toBeVisible();
  await page.getByLabel("Filter licences").fill("tokio");
  await expect(page.getByRole("row").filter({ hasText: "tokio" }).first()).toBeVisible();
  const reactDom = page.getByRole("row", { name: /^react-dom / });
  await expect(reactDom).toHaveCount(0);
  await page.getByLabel("Filter licences").fill("react-dom");
  await expect(reactDom).toContainText("MIT");
});
