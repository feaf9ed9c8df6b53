import { runContainer } from "./stack";
import { expect, test } from "./test";

test("pull with progress per layer, reload in the middle, the work goes on; then remove", async ({
  signedIn: page,
  stack,
}) => {
  const image = `${stack.registry}/hm-test/big:1`;
  await page.goto("/images");
  await page.getByRole("button", { name: "Pull image" }).first().click();
  await page.getByRole("textbox", { name: "Image" }).fill(image);
  await page.getByRole("button", { name: "Pull", exact: true }).click();
  await expect(page.getByRole("progressbar", { name: /^Layer/ }).first()).toBeVisible();
  await page.reload();
  // The dialog is there again with the same work, and so is the top bar.
  const dialog = page.getByRole("dialog", { name: /big:1/ });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Done" })).toBeVisible({ timeout: 45_000 });
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "Operations" }).click();
  const operations = page.getByRole("dialog", { name: "Operations" });
  await expect(operations.getByRole("button", { name: /big:1 Done/ }).first()).toBeVisible();
  await page.keyboard.press("Escape");

  const row = page.getByRole("row").filter({ hasText: "hm-test/big:1" });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: /^Remove/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(row).toBeHidden();
});

test("a pull that cannot work says why", async ({ signedIn: page, stack }) => {
  await page.goto("/images?pull=new");
  await page.getByRole("textbox", { name: "Image" }).fill(`${stack.registry}/no/such-image:9`);
  await page.getByRole("button", { name: "Pull", exact: true }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toBeVisible();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("an image in use is kept, and says by whom", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "keeper", { Cmd: ["sleep", "600"] });
  await page.goto("/images");
  // The apps of the store are made of the same image, so its row has several names.
  const row = page.getByRole("row").filter({ hasText: "hm-test/busybox:1" });
  await row.getByRole("button", { name: /^Remove / }).click();
  await expect(page.getByRole("dialog")).toContainText("keeper");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true })).toBeDisabled();
});
