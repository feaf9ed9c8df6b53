import { expect, PASSWORD, test } from "./test";

test("the first visit asks for the code and a password, and refuses a wrong code", async ({
  page,
  stack,
}) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/setup$/);
  await expect(page.getByRole("heading", { name: "Set the password" })).toBeVisible();

  const submit = page.getByRole("button", { name: "Set password and sign in" });
  await page.getByLabel("Setup code").fill("ZZZZ-ZZZZ-ZZZZ");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await submit.click();
  await expect(page.getByRole("alert")).toContainText("at least 10 characters");

  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByLabel("Password again").fill(`${PASSWORD}!`);
  await submit.click();
  await expect(page.getByRole("alert")).toContainText("differ");

  await page.getByLabel("Password again").fill(PASSWORD);
  await submit.click();
  await expect(page.getByRole("alert")).toContainText(/code/i);
  await expect(page.getByLabel("Setup code")).toHaveAttribute("aria-invalid", "true");

  await page.getByLabel("Setup code").fill(stack.setupCode);
  await submit.click();
  await expect(page.getByRole("button", { name: "Account and appearance" })).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();

  // The session holds across a reload: the proof is kept in the storage of this origin.
  await page.reload();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
});

test("an empty server says so and offers the first container", async ({ signedIn: page }) => {
  await page.goto("/");
  await expect(page.getByText("Docker runs no containers on this server yet.")).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "New container" }).last().click();
  await expect(page).toHaveURL(/\/new$/);
});
