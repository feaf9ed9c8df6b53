import { defineConfig } from "@playwright/test";

/** One agent with one engine serves all of it, so the files run in order and one at a time. */
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/global-setup.ts",
  outputDir: "test-results",
  workers: 1,
  fullyParallel: false,
  // A busy machine may delay a step past its time once. What passes only then is listed as flaky: a defect.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ignoreHTTPSErrors: true,
    trace: "off",
    viewport: { width: 1440, height: 960 },
    colorScheme: "dark",
    launchOptions: {
      executablePath: process.env.HM_CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
