// How the log viewer feels: a real agent, a real engine, a container that logged a million lines, a real browser.
// Run alone on the machine: `node bench/logs.mjs`. Prints a line of JSON for each measure.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";

const root = fileURLToPath(new URL("../..", import.meta.url));
const agentBin = process.env.HM_DOCKER_MANAGER ?? join(root, "target/debug/docker-manager");
const kitBin = process.env.HM_TESTKIT_ENV ?? join(root, "target/debug/testkit-env");
const LINES = 1_000_000;
const SCROLL_MS = 4000;
const FOLLOW_MS = 5000;
const PASSWORD = "the quick brown harbour";

function firstMatch(child, pick) {
  return new Promise((resolve, reject) => {
    let out = "";
    child.stdout.on("data", (data) => {
      out += data;
      const found = pick(out);
      if (found !== undefined) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`${child.spawnfile} ended with ${code}\n${out}`)));
  });
}

function call(request, options, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (incoming) => {
      let text = "";
      incoming.on("data", (data) => {
        text += data;
      });
      incoming.on("end", () => resolve({ status: incoming.statusCode, headers: incoming.headers, text }));
    });
    outgoing.on("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function run(docker, name, script) {
  const send = (method, path, body) =>
    call(
      httpRequest,
      { socketPath: docker, method, path, headers: body ? { "Content-Type": "application/json" } : {} },
      body,
    );
  const made = await send("POST", `/containers/create?name=${name}`, {
    Image: "hm-test/busybox:1",
    HostConfig: { NetworkMode: "none" },
    Cmd: ["sh", "-c", script],
  });
  const { Id } = JSON.parse(made.text);
  await send("POST", `/containers/${Id}/start`);
  return {
    id: Id,
    ended: () => send("POST", `/containers/${Id}/wait`),
    stop: () => send("POST", `/containers/${Id}/kill`),
  };
}

/** Frames by requestAnimationFrame while `each` runs once per frame. */
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

const share = (list, part) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];
const round = (n) => Math.round(n * 10) / 10;

function tell(measure, value, unit, goal, met, more = {}) {
  console.log(JSON.stringify({ measure, value: round(value), unit, goal, met, ...more }));
}

/** Memory of the page's own process: what it does not share, and its part of what it does. */
async function memory(browser, page) {
  const heap = await (await page.context().newCDPSession(page)).send("Runtime.getHeapUsage");
  const { processInfo } = await (await browser.newBrowserCDPSession()).send("SystemInfo.getProcessInfo");
  const pss = processInfo
    .filter((p) => p.type === "renderer")
    .map(
      (p) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${p.id}/smaps_rollup`, "utf8"))?.[1]) * 1024,
    );
  return { heap: heap.usedSize, buffers: heap.backingStorageSize ?? 0, process: Math.max(...pss) };
}

async function measure(docker, url, setupCode) {
  const at = new URL(url);
  const answer = await call(
    httpsRequest,
    {
      hostname: at.hostname,
      port: at.port,
      path: "/api/setup",
      method: "POST",
      rejectUnauthorized: false,
      headers: { "Content-Type": "application/json" },
    },
    { code: setupCode, password: PASSWORD },
  );
  const [cookie] = answer.headers["set-cookie"][0].split(";");
  const { proof } = JSON.parse(answer.text);

  const text = "GET /api/library/items/%d?include=cover,progress 200 in %d ms from 192.168.1.%d";
  const million = await run(
    docker,
    "million",
    `awk 'BEGIN { for (i = 1; i <= ${LINES}; i++) printf "INFO ${text}\\n", i, i % 97, i % 250 }'`,
  );
  await million.ended();

  const browser = await chromium.launch({
    executablePath: process.env.HM_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-background-networking", "--no-first-run"],
  });
  try {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      viewport: { width: 1440, height: 960 },
    });
    const split = cookie.indexOf("=");
    await context.addCookies([
      {
        name: cookie.slice(0, split),
        value: cookie.slice(split + 1),
        url,
        secure: true,
        httpOnly: true,
        sameSite: "Strict",
      },
    ]);
    await context.addInitScript((p) => localStorage.setItem("harbourmaster.proof", p), proof);
    const page = await context.newPage();
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
    tell("ui logs: load 1,000,000 lines", loaded, "s", null, null);

    const used = await memory(browser, page);
    const mb = 1_000_000;
    tell(
      "ui logs: page process with 1,000,000 lines",
      used.process / mb,
      "MB",
      350,
      used.process <= 350 * mb,
      {
        heapMB: round(used.heap / mb),
        buffersMB: round(used.buffers / mb),
      },
    );

    await page.getByRole("log").focus();
    await page.keyboard.press("Home");
    for (const [what, step] of [
      ["line by line", 60],
      ["fast", 7000],
    ]) {
      const list = await frames(page, SCROLL_MS, step);
      const p95 = share(list, 0.95);
      tell(`ui logs: p95 frame, scrolling ${what}`, p95, "ms", 20, p95 <= 20, {
        p50: round(share(list, 0.5)),
        worst: round(share(list, 1)),
        frames: list.length,
      });
    }
    const search = page.getByLabel("Search the log");
    const asked = Date.now();
    await search.fill("items/777777?");
    await page.getByText("0 of 1", { exact: true }).waitFor({ timeout: 120_000 });
    tell("ui logs: search 1,000,000 lines", (Date.now() - asked) / 1000, "s", null, null);

    const lines = Array.from({ length: 20 }, (_, i) => `INFO request ${i} was answered in ${i * 3} ms`).join(
      "\\n",
    );
    const busy = await run(docker, "busy", `while :; do printf '${lines}\\n'; usleep 9000; done`);
    await page.goto(`${url}/containers/busy?tab=logs`);
    const count = async () =>
      Number((await page.getByText(/lines, following/).textContent()).replaceAll(",", "").match(/\d+/)[0]);
    await page.getByText(/lines, following/).waitFor();
    const from = await count();
    const begun = Date.now();
    const list = await frames(page, FOLLOW_MS, 0);
    const rate = ((await count()) - from) / ((Date.now() - begun) / 1000);
    const fps = 1000 / (list.reduce((a, b) => a + b, 0) / list.length);
    tell("ui logs: frames while following", fps, "fps", 58, fps >= 58, {
      linesPerSecond: Math.round(rate),
      p95: round(share(list, 0.95)),
    });
    await busy.stop();
  } finally {
    await browser.close();
  }
}

const data = mkdtempSync(join(tmpdir(), "hm-bench-"));
const kit = spawn(kitBin, [], { stdio: ["pipe", "pipe", "inherit"] });
let agent;
try {
  const env = await firstMatch(kit, (out) =>
    out.includes("\n") ? JSON.parse(out.slice(0, out.indexOf("\n"))) : undefined,
  );
  agent = spawn(agentBin, ["serve", "--data-dir", data, "--listen", "127.0.0.1:0", "--docker", env.docker], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, DOCKER_MANAGER_LOG: "warn" },
  });
  const found = await firstMatch(agent, (out) => {
    const url = /listening on (https:\/\/\S+)/.exec(out)?.[1];
    const code = /setup code: (\S+)/.exec(out)?.[1];
    return url && code ? { url, code } : undefined;
  });
  await measure(env.docker, found.url, found.code);
} finally {
  const gone = (child) =>
    new Promise((done) => (child.exitCode === null ? child.once("exit", done) : done()));
  if (agent) {
    agent.kill("SIGTERM");
    await gone(agent);
  }
  kit.stdin.end();
  await gone(kit);
  rmSync(data, { recursive: true, force: true });
}
