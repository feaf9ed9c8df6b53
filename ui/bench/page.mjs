// How the page feels with all containers of the stage: what it loads, how soon it is there and quiet, what live numbers
// cost, how it answers, and whether Back finds its place. `bench run --only ui` runs it and reads its rows.
import { get } from "node:https";
import { lighthouseRows } from "./shared/lighthouse.mjs";
import {
  atMost,
  DESKTOP,
  figure,
  fresh,
  median,
  openBrowser,
  PHONE,
  renderer,
  session,
  share,
  url,
} from "./shared/stage.mjs";
import { CATEGORIES, tasksOf, untilQuiet, workOf } from "./shared/trace.mjs";

const LOADS = 5;
/** How long a load is watched: until long after it should be quiet. */
const WATCH_MS = 3000;
/** What a page does once after it was opened (parts fetched ahead) is over by then. */
const SETTLED_MS = 6000;
const TICKS_MS = 10_000;

/** Bytes of a path as the agent sends them to a client that takes `encoding`, and their text if they are not packed. */
function fetched(path, encoding) {
  const headers = { "Accept-Encoding": encoding, Cookie: session.cookie, "X-Session-Proof": session.proof };
  return new Promise((resolve, reject) => {
    get(`${url}${path}`, { headers, rejectUnauthorized: false }, (incoming) => {
      const parts = [];
      incoming.on("data", (data) => parts.push(data));
      incoming.on("end", () => {
        if (incoming.statusCode === 200) resolve(Buffer.concat(parts));
        else reject(new Error(`${path}: ${incoming.statusCode}`));
      });
    }).on("error", reject);
  });
}

async function firstLoad() {
  const html = (await fetched("/", "identity")).toString();
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+\.(?:js|css))"/g)].map((m) => m[1]);
  const size = async (end, encoding) => {
    const sizes = files.filter((f) => f.endsWith(end)).map(async (f) => (await fetched(f, encoding)).length);
    return (await Promise.all(sizes)).reduce((a, b) => a + b, 0) / 1000;
  };
  const scripts = await size(".js", "gzip");
  if (scripts === 0) throw new Error("index.html names no script");
  const rest = `styles ${figure(await size(".css", "gzip"))} kB; to a browser that takes brotli, scripts ${figure(await size(".js", "br"))} kB`;
  atMost("first-load", "page: scripts of the first load, gzip", scripts, 130, " kB", rest);
}

/** In the page: notes when the first and when the last of `count` tiles was painted. */
function watchTiles(count) {
  window.tilesAt = {};
  const links = document.getElementsByTagName("a");
  const tiles = () => {
    let n = 0;
    for (const link of links) if (link.dataset.container) n++;
    return n;
  };
  const painted = (what) => {
    window.tilesAt[what] = -1;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        window.tilesAt[what] = performance.now();
      };
      channel.port2.postMessage(0);
    });
  };
  const observer = new MutationObserver(() => {
    const n = tiles();
    if (n > 0 && window.tilesAt.first === undefined) painted("first");
    if (n < count) return;
    observer.disconnect();
    painted("last");
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** One load with an empty cache: milliseconds from the start of the navigation, and of the main thread's CPU; nothing when its trace is of no use. */
async function load(browser, count) {
  const context = await fresh(browser);
  await context.addInitScript(watchTiles, count);
  const page = await context.newPage();
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForTimeout(WATCH_MS);
  const trace = JSON.parse((await browser.stopTracing()).toString());
  const { first, last } = await page.evaluate(() => window.tilesAt);
  await context.close();
  if (!(first > 0 && last > 0))
    throw new Error(`not all of ${count} containers were there after ${WATCH_MS} ms`);
  const tasks = tasksOf(trace, url);
  if (!tasks) return undefined;
  const until = untilQuiet(tasks, last);
  return { first, last, ...until, work: workOf(trace, url, until.quiet) };
}

async function loads(browser, count) {
  const all = [];
  for (let n = 0; n < 2 * LOADS && all.length < LOADS; n++) {
    const one = await load(browser, count);
    if (one) all.push(one);
  }
  if (all.length < LOADS) throw new Error(`only ${all.length} of ${2 * LOADS} traces have their navigation`);
  const of = (what) => all.map((l) => l[what]);
  const spread = (what) => {
    const list = of(what);
    return `${figure(Math.min(...list))} to ${figure(Math.max(...list))} ms in ${LOADS} loads`;
  };
  atMost("first-tile", `page: first of ${count} tiles`, median(of("first")), 500, " ms", spread("first"));
  atMost(
    "quiet",
    `page: all of ${count} tiles, main thread quiet`,
    median(of("quiet")) / 1000,
    1,
    " s",
    `${spread("quiet")}; the last tile after ${figure(median(of("last")))} ms, longest task ${figure(median(of("longest")))} ms`,
  );
  const kinds = Object.keys(all[0].work).map((kind) => ({ kind, ms: median(all.map((l) => l.work[kind])) }));
  const most = kinds.toSorted((a, b) => b.ms - a.ms).map(({ kind, ms }) => `${kind} ${figure(ms)}`);
  atMost(
    "load-cpu",
    "page: CPU of the main thread until then",
    median(of("cpu")),
    500,
    " ms",
    `${spread("cpu")}; of it ${most.join(", ")}`,
  );
}

async function ticks(browser, page, count) {
  await page.goto(url);
  await page.waitForTimeout(SETTLED_MS);
  const before = await renderer(browser);
  const began = performance.now();
  await page.waitForTimeout(TICKS_MS);
  const after = await renderer(browser);
  const seconds = (performance.now() - began) / 1000;
  if (after.id !== before.id) throw new Error("another process was busier than the page's");
  const used = ((after.cpuTime - before.cpuTime) / seconds) * 100;
  atMost("tick", `page: live numbers of ${count}, share of a core`, used, 12, " %", `${figure(seconds)} s`);
}

/** In the page: the longest time from a person's input to the picture that answers it. */
function watchInput() {
  window.inputs = [];
  new PerformanceObserver((list) => {
    for (const e of list.getEntries())
      if (e.interactionId) window.inputs.push({ name: e.name, duration: e.duration });
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}

async function interactions(page, count) {
  const steps = [
    ["the palette", () => page.keyboard.press("Control+k")],
    ["a letter in the palette", () => page.keyboard.type("f")],
    ["closing it", () => page.keyboard.press("Escape")],
    ["the filter", () => page.keyboard.press("/")],
    ["a digit in the filter", () => page.keyboard.type("1")],
    ["emptying it", () => page.keyboard.press("Backspace")],
    ["leaving it", () => page.keyboard.press("Escape")],
    ["the menu of a tile", () => page.getByRole("button", { name: "Actions for fleet-003" }).click()],
    ["closing the menu", () => page.keyboard.press("Escape")],
    ["the list", () => page.getByRole("button", { name: "List" }).click()],
    ["tiles again", () => page.getByRole("button", { name: "Tiles" }).click()],
    ["a container", () => page.getByRole("link", { name: "fleet-003", exact: true }).first().click()],
    ["the dashboard", () => page.getByRole("link", { name: "Dashboard" }).first().click()],
  ];
  const took = [];
  for (const [what, act] of steps) {
    await page.evaluate(() => {
      window.inputs.length = 0;
    });
    await act();
    await page.waitForTimeout(700);
    const durations = await page.evaluate(() => window.inputs.map((i) => i.duration));
    // Below 16 ms nothing is reported.
    took.push({ what, ms: Math.max(0, ...durations) });
  }
  const worst = took.toSorted((a, b) => b.ms - a.ms);
  const detail = `${worst
    .slice(0, 3)
    .map((w) => `${w.what} ${w.ms} ms`)
    .join(", ")}; median of ${took.length} is ${figure(
    share(
      took.map((t) => t.ms),
      0.5,
    ),
  )} ms`;
  atMost(
    "interaction",
    `page: the slowest of ${took.length} interactions at ${count}`,
    worst[0].ms,
    100,
    " ms",
    detail,
  );
}

/** Scrolls down, opens a container and goes back: pixels by which the place was missed. */
async function back(browser, count, view) {
  const context = await fresh(browser, view);
  const page = await context.newPage();
  await page.goto(url);
  const links = page.locator("a[data-container]");
  const settled = () =>
    page.waitForFunction((n) => document.querySelectorAll("a[data-container]").length >= n, count);
  await settled();
  const link = links.nth(Math.floor(count * 0.7));
  await link.scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  const before = await page.evaluate(() => scrollY);
  if (before < 500) throw new Error(`the page scrolled to ${before} px only`);
  await link.click();
  await page.waitForURL(/containers/);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.goBack();
  await settled();
  await page.waitForTimeout(1000);
  const after = await page.evaluate(() => scrollY);
  await context.close();
  return { missed: Math.abs(after - before), before, after };
}

const browser = await openBrowser();
try {
  const count = JSON.parse((await fetched("/api/containers?all=true", "identity")).toString()).length;
  await firstLoad();
  await loads(browser, count);
  const context = await fresh(browser, DESKTOP, watchInput);
  const page = await context.newPage();
  await ticks(browser, page, count);
  await interactions(page, count);
  await context.close();
  for (const [id, what, view] of [
    ["back", "desktop", DESKTOP],
    ["back-phone", "phone", PHONE],
  ]) {
    const { missed, before, after } = await back(browser, count, view);
    atMost(
      id,
      `page: Back among ${count}, ${what}`,
      missed,
      80,
      " px",
      `left at ${before}, back at ${after}`,
    );
  }
  await browser.close();
  await lighthouseRows(count);
} finally {
  await browser.close();
}
