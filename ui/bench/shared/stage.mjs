// What the scripts of this directory share: the agent and the engine that `bench run` points them at, a browser with a
// session, and the rows they print.
import { request as httpRequest } from "node:http";
import { chromium } from "@playwright/test";

/** The browser that is measured. */
export const CHROMIUM = process.env.HM_CHROMIUM ?? "/usr/bin/chromium";
/** With a shell; `bench run` puts it into its engine. */
const BUSYBOX = "hm-bench/busybox:1";

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start this with \`bench run --only ui\``);
  return value;
}

/** The agent's address. */
export const url = given("HM_URL");
/** The session: its cookie, `name=value`, and the proof the page keeps. */
export const session = { cookie: given("HM_COOKIE"), proof: given("HM_PROOF") };
const docker = given("HM_DOCKER");

/** Makes a browser context signed in; `page` is what every page of it runs first. */
export async function signIn(context, first) {
  const at = session.cookie.indexOf("=");
  await context.addCookies([
    {
      name: session.cookie.slice(0, at),
      value: session.cookie.slice(at + 1),
      url,
      secure: true,
      httpOnly: true,
      sameSite: "Strict",
    },
  ]);
  await context.addInitScript((proof) => localStorage.setItem("harbourmaster.proof", proof), session.proof);
  if (first) await context.addInitScript(first);
}

export const DESKTOP = { viewport: { width: 1440, height: 960 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A browser with nothing going on beside the page. */
export const openBrowser = () =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-background-networking", "--no-first-run"],
  });

/** A context with an empty cache, signed in. */
export async function fresh(browser, view = DESKTOP, first = undefined) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...view });
  await signIn(context, first);
  return context;
}

/** Process id and CPU seconds so far of the page's own process. */
export async function renderer(browser) {
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send("SystemInfo.getProcessInfo");
  await cdp.detach();
  const all = processInfo.filter((p) => p.type === "renderer");
  return all.reduce((busiest, p) => (p.cpuTime > busiest.cpuTime ? p : busiest));
}

function engine(method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text
      ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) }
      : {};
    const outgoing = httpRequest({ socketPath: docker, method, path, headers }, (incoming) => {
      let answer = "";
      incoming.on("data", (data) => {
        answer += data;
      });
      incoming.on("end", () => {
        if (incoming.statusCode < 300) resolve(answer);
        else reject(new Error(`${method} ${path}: ${incoming.statusCode} ${answer}`));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

/** Starts a container that runs `script` in a shell. */
export async function run(name, script) {
  const made = await engine("POST", `/containers/create?name=${name}`, {
    Image: BUSYBOX,
    HostConfig: { NetworkMode: "none" },
    Cmd: ["sh", "-c", script],
  });
  const { Id } = JSON.parse(made);
  await engine("POST", `/containers/${Id}/start`);
  return {
    ended: () => engine("POST", `/containers/${Id}/wait`),
    remove: () => engine("DELETE", `/containers/${Id}?force=true`),
  };
}

/** The value below which `part` of the list lies. */
export const share = (list, part) =>
  list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * part))];
export const median = (list) => share(list, 0.5);
/** A figure as the table shows it: three digits that count. */
export const figure = (n) => {
  const size = Math.abs(n);
  return size >= 100 || size === 0 ? n.toFixed(0) : size >= 10 ? n.toFixed(1) : n.toFixed(2);
};

/** One row of the table; `bench run` reads it from standard output. */
function row(id, what, sign, value, limit, unit, met, detail) {
  const goal = `${sign} ${limit}${unit}`;
  const measured = `${figure(value)}${unit}`;
  console.log(
    JSON.stringify({ id: `ui-${id}`, what, goal, measured, verdict: met ? "met" : "missed", detail }),
  );
}
export const atMost = (id, what, value, limit, unit, detail = "") =>
  row(id, what, "≤", value, limit, unit, value <= limit, detail);
export const atLeast = (id, what, value, limit, unit, detail = "") =>
  row(id, what, "≥", value, limit, unit, value >= limit, detail);
