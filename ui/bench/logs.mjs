// How the log viewer feels: a real agent, a real engine, a container that logged a million lines, a real browser.
// `bench run --only ui` runs it and reads its rows.
import { readFileSync } from "node:fs";
import { atLeast, atMost, figure, fresh, openBrowser, renderer, run, share, url } from "./shared/stage.mjs";

const LINES = 1_000_000;
const SCROLL_MS = 4000;
const FOLLOW_MS = 5000;
const MB = 1_000_000;

/** Frames by requestAnimationFrame for `ms` milliseconds, scrolling by `step` pixels with each. */
const frames = (page, ms, step) =>
  page.evaluate(
    ([time, by]) =>
      new Promise((done) => {
        const log = document.querySelector("[role=log]");
        const all = [];
        let last = 0;
        let begin = 0;
        const tick = (now) => {
          begin ||= now;
          if (last) all.push(now - last);
          last = now;
          log.scrollTop += by;
          if (now - begin < time) requestAnimationFrame(tick);
          else done(all);
        };
        requestAnimationFrame(tick);
      }),
    [ms, step],
  );

/** Memory of the page's own process: what it does not share, and its part of what it does. */
async function memory(browser, page) {
  const heap = await (await page.context().newCDPSession(page)).send("Runtime.getHeapUsage");
  const { id } = await renderer(browser);
  const pss = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8"))?.[1];
  return { heap: heap.usedSize, buffers: heap.backingStorageSize ?? 0, process: Number(pss) * 1024 };
}

async function million(browser, page) {
  await page.goto(`${url}/containers/million?tab=logs`);
  await page.getByRole("button", { name: "How the log is shown" }).click();
  const before = Date.now();
  await page.getByRole("combobox", { name: "How much to read" }).selectOption(String(LINES));
  await page.keyboard.press("Escape");
  await page.getByText("1,000,000 lines. End").waitFor({ timeout: 300_000 });
  const loaded = (Date.now() - before) / 1000;
  // The worker has counted the levels of all lines.
  await page.getByRole("button", { name: "All levels" }).click();
  await page.getByRole("dialog", { name: "Levels" }).getByText("1,000,000").waitFor({ timeout: 120_000 });
  await page.keyboard.press("Escape");

  const used = await memory(browser, page);
  await page.getByRole("log").focus();
  await page.keyboard.press("Home");
  for (const [id, what, step] of [
    ["log-scroll", "page: 1,000,000 log lines, p95 frame scrolling line by line", 60],
    ["log-scroll-fast", "page: 1,000,000 log lines, p95 frame scrolling fast", 7000],
  ]) {
    const list = await frames(page, SCROLL_MS, step);
    const detail = `p50 ${figure(share(list, 0.5))} ms, worst ${figure(share(list, 1))} ms of ${list.length} frames`;
    atMost(id, what, share(list, 0.95), 20, " ms", detail);
  }
  const asked = Date.now();
  await page.getByLabel("Search the log").fill("items/777777?");
  await page.getByText("0 of 1", { exact: true }).waitFor({ timeout: 120_000 });
  const searched = (Date.now() - asked) / 1000;
  atMost(
    "log-memory",
    "page: 1,000,000 log lines, memory of its process",
    used.process / MB,
    350,
    " MB",
    `heap ${figure(used.heap / MB)} MB, buffers ${figure(used.buffers / MB)} MB; read in ${figure(loaded)} s, searched in ${figure(searched)} s`,
  );
}

async function follow(page) {
  await page.goto(`${url}/containers/busy?tab=logs`);
  const shown = page.getByText(/lines, following/);
  const count = async () => Number((await shown.textContent()).replaceAll(",", "").match(/\d+/)[0]);
  await shown.waitFor();
  const from = await count();
  const begun = Date.now();
  const list = await frames(page, FOLLOW_MS, 0);
  const rate = ((await count()) - from) / ((Date.now() - begun) / 1000);
  const fps = 1000 / (list.reduce((a, b) => a + b, 0) / list.length);
  const detail = `${rate.toFixed(0)} lines a second, p95 frame ${figure(share(list, 0.95))} ms`;
  atLeast("log-follow", "page: frames a second while following a log", fps, 58, "", detail);
}

const text = "GET /api/library/items/%d?include=cover,progress 200 in %d ms from 192.168.1.%d";
const long = await run(
  "million",
  `awk 'BEGIN { for (i = 1; i <= ${LINES}; i++) printf "INFO ${text}\\n", i, i % 97, i % 250 }'`,
);
const browser = await openBrowser();
try {
  await long.ended();
  const page = await (await fresh(browser)).newPage();
  await million(browser, page);
  const lines = Array.from({ length: 20 }, (_, i) => `INFO request ${i} was answered in ${i * 3} ms`);
  const busy = await run("busy", `while :; do printf '${lines.join("\\n")}\\n'; usleep 9000; done`);
  try {
    await follow(page);
  } finally {
    await busy.remove();
  }
} finally {
  await browser.close();
  await long.remove();
}
