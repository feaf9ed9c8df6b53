// Lighthouse on the dashboard, as on a desk and as on a phone; medians, because single runs scatter.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import { atLeast, CHROMIUM, median, signIn, url } from "./stage.mjs";

const RUNS = 3;
const READY_MS = 30_000;
/** Below it the machine is too slow, or too busy, for the performance score to say much. */
const QUICK_ENOUGH = 1500;

/** A browser of its own without any other tool attached, which would be measured too. */
async function start() {
  const profile = mkdtempSync(join(tmpdir(), "hm-lighthouse-"));
  const child = spawn(
    CHROMIUM,
    [
      "--headless=new",
      "--no-sandbox",
      "--ignore-certificate-errors",
      "--disable-background-networking",
      "--no-first-run",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "about:blank",
    ],
    { stdio: "ignore" },
  );
  const gone = new Promise((done) => child.once("exit", done));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  const file = join(profile, "DevToolsActivePort");
  for (const end = Date.now() + READY_MS; Date.now() < end; ) {
    const port = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : 0;
    if (port > 0) return { port, stop };
    await new Promise((done) => setTimeout(done, 50));
  }
  await stop();
  throw new Error(`${CHROMIUM} did not open its debugging port within ${READY_MS / 1000} s`);
}

/** Puts the session into the browser's own profile. */
async function enter(port) {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = browser.contexts();
  await signIn(context);
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("a[data-container]").first().waitFor();
  await page.close();
  // Only leaves; the browser stays.
  await browser.close();
}

async function once(port, config) {
  const flags = {
    port,
    logLevel: "error",
    onlyCategories: ["performance", "accessibility", "best-practices"],
  };
  const { lhr } = await lighthouse(url, flags, config);
  if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
  const score = (id) => Math.round((lhr.categories[id].score ?? 0) * 100);
  /** What cost points, and what the page wrote to the console if it was that. */
  const lost = (category) =>
    lhr.categories[category].auditRefs
      .filter((ref) => ref.weight > 0 && (lhr.audits[ref.id].score ?? 1) < 1)
      .map(({ id }) => {
        const said = id === "errors-in-console" ? lhr.audits[id].details.items.map((i) => i.description) : [];
        return [id, ...said].join(": ");
      });
  const shown = (id) => `${id} ${lhr.audits[id].displayValue}`;
  return {
    performance: score("performance"),
    accessibility: score("accessibility"),
    practices: score("best-practices"),
    index: lhr.environment.benchmarkIndex,
    lost: { accessibility: lost("accessibility"), practices: lost("best-practices") },
    figures: [
      "first-contentful-paint",
      "largest-contentful-paint",
      "total-blocking-time",
      "cumulative-layout-shift",
      "speed-index",
    ].map(shown),
    warnings: lhr.runWarnings,
  };
}

/** Rows of both forms with `count` containers. */
export async function lighthouseRows(count) {
  const { port, stop } = await start();
  try {
    await enter(port);
    for (const [form, config, goal] of [
      ["desktop", desktop, 98],
      ["mobile", undefined, 90],
    ]) {
      const runs = [];
      for (let n = 0; n < RUNS; n++) runs.push(await once(port, config));
      const of = (what) => runs.map((r) => r[what]);
      const middle = runs.toSorted((a, b) => a.performance - b.performance)[Math.floor(RUNS / 2)];
      const index = median(of("index"));
      const slow = index < QUICK_ENOUGH ? `, below the ${QUICK_ENOUGH} it should have` : "";
      const detail = `${of("performance").join(", ")}; ${middle.figures.join(", ")}; benchmarkIndex ${index.toFixed(0)}${slow}`;
      atLeast(
        `lighthouse-${form}`,
        `page: Lighthouse ${form} at ${count}, performance`,
        median(of("performance")),
        goal,
        "",
        [detail, ...new Set(runs.flatMap((r) => r.warnings))].join("; "),
      );
      for (const [id, what] of [
        ["accessibility", "accessibility"],
        ["practices", "best practices"],
      ])
        atLeast(
          `lighthouse-${form}-${id}`,
          `page: Lighthouse ${form}, ${what}`,
          median(of(id)),
          100,
          "",
          [of(id).join(", "), ...new Set(runs.flatMap((r) => r.lost[id]))].join("; "),
        );
    }
  } finally {
    await stop();
  }
}
