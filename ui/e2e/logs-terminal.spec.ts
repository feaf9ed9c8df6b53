import { runContainer } from "./stack";
import { expect, household, test } from "./test";

test.beforeEach(async ({ stack, session }) => {
  await household(stack, session);
});

test("logs: both outputs, search, and following what comes", async ({ signedIn: page, stack }) => {
  await page.goto("/containers/audiobooks?tab=logs");
  const log = page.getByRole("log", { name: "Log of audiobooks" });
  await expect(log).toContainText("all 40 served");
  await page.getByLabel("Search the log").fill("slow answer 5");
  await page.getByLabel("Search the log").press("Enter");
  await expect(log).toContainText("error output: WARN slow answer 5");
  await page.getByLabel("Search the log").fill("request 7 served");
  await expect(page.getByText("0 of 1")).toBeVisible();
  await page.getByLabel("Search the log").press("Enter");
  await expect(page.getByText("1 of 1")).toBeVisible();
  await expect(log.locator("mark")).toHaveText("request 7 served");

  await runContainer(stack.docker, "ticker", {
    Cmd: [
      "sh",
      "-c",
      "i=0; while :; do i=$((i+1)); printf '\\033[32mtick\\033[0m %s\\n' $i; sleep 0.2; done",
    ],
  });
  await page.goto("/containers/ticker?tab=logs");
  await expect(page.getByRole("log")).toContainText("tick 12");
  await expect(page.getByText(/lines, following/)).toBeVisible();
});

test("logs: download holds what is loaded", async ({ signedIn: page }) => {
  await page.goto("/containers/audiobooks?tab=logs");
  await expect(page.getByRole("log")).toContainText("all 40 served");
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const file = await waiting;
  expect(file.suggestedFilename()).toBe("audiobooks.log");
  const stream = await file.createReadStream();
  let text = "";
  for await (const piece of stream) text += piece;
  expect(text).toContain("INFO request 0 served");
  expect(text).toContain("WARN slow answer 39");
});

test("terminal: typing, resize, exit code, reconnect", async ({ signedIn: page }) => {
  await page.goto("/containers/zephyr?tab=terminal");
  const screen = page.locator(".xterm-rows");
  const status = page.getByRole("status").filter({ hasText: "sh" });
  await expect(status).toBeVisible();
  await expect(screen).toContainText("/ #");
  await page.keyboard.type("echo tide-$((40+2)) größe\n");
  await expect(screen).toContainText("tide-42 größe");

  // The shell learns the size of the pane.
  await page.keyboard.type("stty size | sed 's/^/size /'\n");
  await expect(screen).toContainText(/size \d{2,} \d{2,}/);

  await page.keyboard.type("exit 7\n");
  await expect(page.getByText("The shell ended with exit code 7.")).toBeVisible();
  await page.getByRole("button", { name: "Reconnect" }).click();
  await page.keyboard.type("echo back-$((1+1))\n");
  await expect(screen).toContainText("back-2");
});

test("terminal: an image without a shell says what to do", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "shell-less", { Image: "hm-test/noshell:1" });
  await page.goto("/containers/shell-less?tab=terminal");
  await expect(page.getByRole("status").filter({ hasText: /shell/i })).toBeVisible();
  await expect(page.getByRole("button", { name: "Reconnect" })).toBeVisible();
});
