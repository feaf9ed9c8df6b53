import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outside } from "./stack";
import { ask, container, expect, household, test } from "./test";

type Listed = { id: string; name: string; state: string; startedAt?: string };

/** Somebody's app on another port of the same host, over HTTPS as cookies want it. It notes what it is sent. */
async function neighbour(): Promise<{ url: string; cookies: string[]; stop: () => void }> {
  const dir = mkdtempSync(join(tmpdir(), "hm-hostile-"));
  const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"].concat([
      "-subj",
      "/CN=127.0.0.1",
      "-addext",
      "subjectAltName=IP:127.0.0.1",
      "-keyout",
      key,
      "-out",
      cert,
    ]),
    { stdio: "ignore" },
  );
  const cookies: string[] = [];
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
    if (request.headers.cookie) cookies.push(request.headers.cookie);
    response.setHeader("Content-Type", "text/html");
    response.end("<!doctype html><title>A nice app</title><h1>A nice app</h1>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  const port = typeof at === "object" && at ? at.port : 0;
  const stop = () => {
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { url: `https://127.0.0.1:${port}/`, cookies, stop };
}

test("an app on another port of this host gets nothing and changes nothing", async ({
  signedIn: page,
  stack,
  session,
  context,
}) => {
  await household(stack, session);
  const list = () => ask<Listed[]>(stack, session, "/api/containers?all=true");
  await page.goto("/");
  await expect(container(page, "jukebox")).toBeVisible();
  const before = await list();
  const victim = before.find((c) => c.name === "jukebox");
  if (!victim) throw new Error("there is no jukebox");

  const app = await neighbour();
  try {
    const hostile = await context.newPage();
    await hostile.goto(app.url);
    // The premise of the whole test: the browser hands the neighbour the agent's cookie.
    expect(app.cookies.join(";")).toContain("__Host-harbourmaster=");

    const results = await hostile.evaluate(
      async ({ agent, id }) => {
        const read = async (path: string, init: RequestInit): Promise<string> => {
          try {
            const answer = await fetch(agent + path, { credentials: "include", ...init });
            const text = await answer.text().catch(() => "");
            return `${answer.type} ${answer.status} ${text}`;
          } catch {
            return "blocked";
          }
        };
        const json = JSON.stringify({ image: "hm-test/busybox:1", name: "planted" });
        const plain = { "Content-Type": "text/plain" };
        const fetched = {
          list: await read("/api/containers?all=true", {}),
          listOpaque: await read("/api/containers?all=true", { mode: "no-cors" }),
          proofGuess: await read("/api/containers?all=true", { headers: { "X-Session-Proof": "guess" } }),
          session: await read("/api/session", {}),
          events: await read("/api/events", { mode: "no-cors" }),
          stop: await read(`/api/containers/${id}/stop`, { method: "POST" }),
          stopOpaque: await read(`/api/containers/${id}/stop`, { method: "POST", mode: "no-cors" }),
          create: await read("/api/containers", {
            method: "POST",
            body: json,
            headers: plain,
            mode: "no-cors",
          }),
          logout: await read("/api/logout", { method: "POST", body: "{}", headers: plain, mode: "no-cors" }),
          remove: await read(`/api/containers/${id}?force=true`, { method: "DELETE" }),
          ticket: await read(`/api/containers/${id}/exec`, { method: "POST", body: "{}", headers: plain }),
          page: await read("/", {}),
        };
        const form = await new Promise<string>((resolve) => {
          const frame = document.createElement("iframe");
          frame.name = "sink";
          const send = document.createElement("form");
          send.method = "post";
          send.target = "sink";
          send.action = `${agent}/api/containers/${id}/stop`;
          document.body.append(frame, send);
          frame.onload = () => {
            try {
              resolve(frame.contentDocument?.body.textContent ?? "unreadable");
            } catch {
              resolve("unreadable");
            }
          };
          send.submit();
        });
        const socket = await new Promise<string>((resolve) => {
          const ws = new WebSocket(`${agent.replace("https", "wss")}/api/containers/${id}/exec?ticket=guess`);
          ws.onopen = () => resolve("open");
          ws.onclose = () => resolve("refused");
        });
        const source = await new Promise<string>((resolve) => {
          const events = new EventSource(`${agent}/api/events`, { withCredentials: true });
          events.onopen = () => resolve("open");
          events.onerror = () => resolve("refused");
        });
        return { fetched, form, socket, source };
      },
      { agent: stack.url, id: victim.id },
    );

    for (const [what, result] of Object.entries(results.fetched)) {
      expect(["blocked", "opaque 0 "], what).toContain(result);
    }
    expect(results.form).not.toContain("jukebox");
    expect(results.socket).toBe("refused");
    expect(results.source).toBe("refused");

    // What the neighbour's server was handed, replayed without a browser's rules around it.
    const cookie = app.cookies[0] ?? "";
    const stolen = (path: string, method = "GET", extra: Record<string, string> = {}) =>
      outside(`${stack.url}${path}`, { method, headers: { Cookie: cookie, ...extra } });
    for (const [path, method] of [
      ["/api/containers?all=true", "GET"],
      ["/api/events", "GET"],
      ["/api/session", "GET"],
      [`/api/containers/${victim.id}/stop`, "POST"],
      [`/api/containers/${victim.id}?force=true`, "DELETE"],
      ["/api/logout", "POST"],
    ] as const) {
      const answer = await stolen(path, method);
      expect(answer.status, `${method} ${path}`).toBe(403);
      expect(answer.body).not.toContain("jukebox");
    }
    expect((await stolen("/api/containers", "GET", { "X-Session-Proof": "guess" })).status).toBe(403);
    const upgrade = await stolen(`/api/containers/${victim.id}/exec?ticket=guess`, "GET", {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": Buffer.from("sixteen bytes of").toString("base64"),
    });
    expect(upgrade.status).toBeGreaterThanOrEqual(400);

    // Nothing has changed, and the person in front of the page is still signed in.
    const pick = (c: Listed) => [c.id, c.state, c.startedAt].join(" ");
    expect((await list()).map(pick).sort()).toEqual(before.map(pick).sort());
    await page.reload();
    await expect(container(page, "jukebox")).toBeVisible();
  } finally {
    app.stop();
  }
});

test("the page cannot be framed", async ({ page, stack, context }) => {
  const app = await neighbour();
  try {
    await page.goto(app.url);
    const refused = context.waitForEvent("console", (m) => /frame-ancestors|X-Frame-Options/i.test(m.text()));
    await page.evaluate((agent) => {
      const frame = document.createElement("iframe");
      frame.src = agent;
      document.body.append(frame);
    }, stack.url);
    expect((await refused).text()).toContain(new URL(stack.url).origin);
  } finally {
    app.stop();
  }
});
