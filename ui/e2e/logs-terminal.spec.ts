import { createHash } from "node:crypto";
import type { Page, WebSocketRoute } from "@playwright/test";
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
  await page.getByRole("button", { name: "What is loaded" }).click();
  const file = await waiting;
  expect(file.suggestedFilename()).toBe("audiobooks.log");
  const stream = await file.createReadStream();
  let text = "";
  for await (const piece of stream) text += piece;
  expect(text).toContain("INFO request 0 served");
  expect(text).toContain("WARN slow answer 39");
});

/** As the clipboard would: Playwright cannot type a megabyte. */
const paste = (page: Page, text: string) =>
  page.getByRole("textbox", { name: "Terminal input" }).evaluate((field, data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", data);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);

test("terminal: a paste of 1 MB arrives byte for byte, with its progress shown", async ({
  signedIn: page,
}) => {
  const line = (i: number) =>
    `${String(i).padStart(7, "0")} größe ${"x".repeat(i % 60)} ${(i * 7919) % 1000}`;
  let text = "";
  for (let i = 0; text.length < 1_000_000; i++) text += `${line(i)}\n`;
  const sum = createHash("sha256").update(text).digest("hex");
  await page.goto("/containers/zephyr?tab=terminal");
  const screen = page.locator(".xterm-rows");
  await expect(screen).toContainText("/ #");
  await page.keyboard.type("stty -echo; echo rea''dy; sha256sum; stty echo\n");
  await expect(screen).toContainText("ready");
  await paste(page, text);
  await expect(page.getByRole("progressbar", { name: "Pasting" })).toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Pasting" })).toBeHidden({ timeout: 50_000 });
  await page.keyboard.press("Control+d");
  await expect(screen).toContainText(sum, { timeout: 50_000 });
});

test("terminal: ten megabytes of output are drawn whole, and keys get through meanwhile", async ({
  signedIn: page,
}) => {
  await page.goto("/containers/zephyr?tab=terminal");
  const screen = page.locator(".xterm-rows");
  await expect(screen).toContainText("/ #");
  await page.keyboard.type(
    "yes 0123456789abcdef0123456789abcdef | head -n 300000 | cat -n | tee /tmp/o | tail -n 300000; wc -l /tmp/o\n",
  );
  await expect(screen).toContainText("300000 /tmp/o", { timeout: 50_000 });
  await page.keyboard.type("yes 0123456789abcdef0123456789abcdef\n");
  await expect(screen).toContainText("0123456789abcdef0123456789abcdef");
  await page.keyboard.press("Control+c");
  await page.keyboard.type("echo out-$((1+1))\n");
  await expect(screen).toContainText("out-2", { timeout: 30_000 });
});

test("terminal: a lost connection is told, and Enter opens a new shell on the same screen", async ({
  signedIn: page,
}) => {
  const open: WebSocketRoute[] = [];
  await page.routeWebSocket(/\/exec\?ticket=/, (socket) => {
    socket.connectToServer();
    open.push(socket);
  });
  await page.goto("/containers/zephyr?tab=terminal");
  const screen = page.locator(".xterm-rows");
  await expect(screen).toContainText("/ #");
  await page.keyboard.type("echo first-$((1+1))\n");
  await expect(screen).toContainText("first-2");
  await open[0]?.close({ code: 1011 });
  await expect(
    page.getByRole("status").filter({ hasText: "The connection to the shell was lost." }),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: "New shell" })).toBeVisible();
  await page.keyboard.press("Enter");
  await page.keyboard.type("echo second-$((1+1))\n");
  await expect(screen).toContainText("second-2");
  await expect(screen).toContainText("first-2");
});

test("terminal: as another user, with another shell", async ({ signedIn: page }) => {
  await page.goto("/containers/zephyr?tab=terminal");
  const screen = page.locator(".xterm-rows");
  await expect(screen).toContainText("/ #");
  await page.getByRole("button", { name: "Shell and user" }).click();
  await page.getByRole("combobox", { name: "Shell" }).fill("/bin/sh");
  await page.getByRole("textbox", { name: "User" }).fill("65534");
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("status").filter({ hasText: "/bin/sh as 65534" })).toBeVisible();
  await page.keyboard.type("id -u | sed 's/^/uid /'\n");
  await expect(screen).toContainText("uid 65534");
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
  await expect(
    page.getByRole("status").filter({ hasText: "The shell ended with exit code 7." }),
  ).toBeVisible();
  await page.getByRole("button", { name: "New shell" }).click();
  await page.keyboard.type("echo back-$((1+1))\n");
  await expect(screen).toContainText("back-2");
});

test("terminal: an image without a shell says what to do", async ({ signedIn: page, stack }) => {
  await runContainer(stack.docker, "shell-less", { Image: "hm-test/noshell:1" });
  await page.goto("/containers/shell-less?tab=terminal");
  await expect(page.getByRole("status").filter({ hasText: /shell/i })).toBeVisible();
  await expect(page.getByRole("button", { name: "New shell" })).toBeVisible();
});
