import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The real thing: an engine and a registry of our own, and the agent in front of them. */
export type Stack = {
  url: string;
  setupCode: string;
  docker: string;
  registry: string;
  /** Process id of the engine. */
  pid: number;
  /** A signed store of apps that run on this engine. No test finds it added. */
  /** `byPeer` invites without a web server. */
  store: { origin: string; root: string; invite: string; byPeer: string };
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = (name: string) =>
  process.env[`HM_${name.toUpperCase().replace("-", "_")}`] ?? join(root, "target/debug", name);
const READY_MS = 60_000;

/** Waits until a line of the process's output satisfies `pick`; its other output is in the error if it never does. */
function firstLine<T>(
  child: ChildProcess,
  what: string,
  pick: (output: string) => T | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let out = "";
    let err = "";
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`${what}: ${why}\n${out}\n${err}`));
    };
    const timer = setTimeout(() => fail("was not ready in time"), READY_MS);
    child.stderr?.on("data", (data: Buffer) => {
      err = (err + data).slice(-8000);
    });
    child.stdout?.on("data", (data: Buffer) => {
      out += data;
      const found = pick(out);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`ended with code ${code}`));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

export async function startStack(): Promise<{ stack: Stack; stop: () => Promise<void> }> {
  const kit = spawn(bin("testkit-env"), ["--store"], { stdio: ["pipe", "pipe", "pipe"] });
  const stopKit = async () => {
    kit.stdin?.end();
    await ended(kit);
  };
  const data = mkdtempSync(join(tmpdir(), "hm-e2e-"));
  try {
    const env = await firstLine(kit, "testkit-env", (out) => {
      const end = out.indexOf("\n");
      return end < 0
        ? undefined
        : (JSON.parse(out.slice(0, end)) as Pick<Stack, "docker" | "registry" | "pid" | "store">);
    });
    // Nobody else is to find its node.
    const config = join(data, "agent.toml");
    writeFileSync(config, '[network]\nlisten = ["127.0.0.1:0"]\nmdns = false\n');
    const agent = spawn(
      bin("docker-manager"),
      ["serve", "--config", config, "--data-dir", data, "--listen", "127.0.0.1:0", "--docker", env.docker],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, DOCKER_MANAGER_LOG: process.env.RUST_LOG ?? "warn" },
      },
    );
    const stop = async () => {
      agent.kill("SIGTERM");
      await ended(agent);
      await stopKit();
      rmSync(data, { recursive: true, force: true });
    };
    try {
      const found = await firstLine(agent, "docker-manager", (out) => {
        const url = /listening on (https:\/\/\S+)/.exec(out)?.[1];
        const setupCode = /setup code: (\S+)/.exec(out)?.[1];
        return url && setupCode ? { url, setupCode } : undefined;
      });
      const { docker, registry, pid, store } = env;
      return { stack: { ...found, docker, registry, pid, store }, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    await stopKit();
    rmSync(data, { recursive: true, force: true });
    throw error;
  }
}

export type Answer = { status: number; body: string; cookie?: string };

/** A request from outside the browser, with exactly the headers given. */
export function outside(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: options.method ?? "GET", headers: options.headers, rejectUnauthorized: false },
      (incoming) => {
        let body = "";
        incoming.on("data", (data: Buffer) => {
          body += data;
        });
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            body,
            cookie: incoming.headers["set-cookie"]?.[0]?.split(";")[0],
          }),
        );
      },
    );
    outgoing.on("upgrade", (incoming, socket) => {
      socket.destroy();
      resolve({ status: incoming.statusCode ?? 0, body: "" });
    });
    outgoing.on("error", reject);
    outgoing.end(options.body);
  });
}

/** The engine's own API, for setting a scene the UI has no part in. */
export function engine(
  docker: string,
  method: string,
  path: string,
  body?: unknown,
  extra: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = httpRequest(
      {
        socketPath: docker,
        method,
        path,
        headers: text
          ? { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text), ...extra }
          : extra,
      },
      (incoming) => {
        let answer = "";
        incoming.on("data", (data: Buffer) => {
          answer += data;
        });
        incoming.on("end", () => resolve({ status: incoming.statusCode ?? 0, body: answer }));
      },
    );
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

export async function runContainer(
  docker: string,
  name: string,
  config: Record<string, unknown>,
): Promise<string> {
  const made = await engine(docker, "POST", `/containers/create?name=${name}`, {
    Image: "hm-test/busybox:1",
    // An interface that comes or goes makes Chromium drop its connections; one test of that is enough.
    HostConfig: { NetworkMode: "none" },
    ...config,
  });
  if (made.status !== 201) throw new Error(`create ${name}: ${made.status} ${made.body}`);
  const { Id } = JSON.parse(made.body) as { Id: string };
  const started = await engine(docker, "POST", `/containers/${Id}/start`);
  if (started.status !== 204) throw new Error(`start ${name}: ${started.status} ${started.body}`);
  return Id;
}
