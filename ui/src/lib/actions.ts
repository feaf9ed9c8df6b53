import type { Container, EngineStatus } from "../api/types";

/** Everything a person can do with one container. This table is the only place that decides what is possible. */
export type Action =
  | "open"
  | "logs"
  | "terminal"
  | "start"
  | "stop"
  | "restart"
  | "pause"
  | "unpause"
  | "kill"
  | "edit"
  | "update"
  | "icon"
  | "rename"
  | "remove";

export type Verdict = { ok: true } | { ok: false; reason: string };

const yes: Verdict = { ok: true };
const no = (reason: string): Verdict => ({ ok: false, reason });

const running = (c: Container) => c.state === "running" || c.state === "restarting";

type Rule = (c: Container) => Verdict;

const rules: Record<Action, Rule> = {
  open: (c) =>
    !c.webUi ? no("It has no web UI") : c.state === "running" ? yes : no("Start it to open its web UI"),
  logs: () => yes,
  terminal: (c) =>
    c.state === "running"
      ? yes
      : no(c.state === "paused" ? "Resume it to open a terminal" : "Start it to open a terminal"),
  start: (c) => {
    if (c.state === "paused") return no("It is paused; resume it instead");
    return running(c) ? no("It is running already") : yes;
  },
  stop: (c) => (running(c) || c.state === "paused" ? yes : no("It is stopped already")),
  restart: (c) => (running(c) ? yes : c.state === "paused" ? no("Resume it first") : no("It is not running")),
  pause: (c) => (c.state === "running" ? yes : no("Only a running container can be paused")),
  unpause: (c) => (c.state === "paused" ? yes : no("It is not paused")),
  kill: (c) => (running(c) || c.state === "paused" ? yes : no("It is not running")),
  edit: () => yes,
  update: () => yes,
  icon: () => yes,
  rename: () => yes,
  remove: () => yes,
};

/** These leave the container itself alone, so they work while another operation holds the container. */
const readsOnly = new Set<Action>(["open", "logs", "terminal", "icon", "update"]);

/** Whether `action` makes sense for `c` now, and if not, the reason as a person would say it. */
export function can(
  action: Action,
  c: Container,
  engine: Pick<EngineStatus, "connected"> | undefined,
): Verdict {
  if (engine && !engine.connected && action !== "open") return no("Docker is not answering");
  if (c.state === "removing") return no("It is being removed");
  if (c.operation && !readsOnly.has(action)) return no("An operation is working on it");
  return rules[action](c);
}

export type BulkPlan = { go: Container[]; skipped: { container: Container; reason: string }[] };

/** Splits a selection into what an action will touch and what it will leave, each with its reason. */
export function planBulk(action: Action, selection: Container[], engine: EngineStatus | undefined): BulkPlan {
  const plan: BulkPlan = { go: [], skipped: [] };
  for (const container of selection) {
    const verdict = can(action, container, engine);
    if (verdict.ok) plan.go.push(container);
    else plan.skipped.push({ container, reason: verdict.reason });
  }
  return plan;
}

/** Address of a container's web UI; without a host of its own it is the host of this page. */
export function webUiAddress(c: Container, pageHost: string): string | undefined {
  if (!c.webUi) return undefined;
  const { scheme, host, port, path } = c.webUi;
  if (scheme !== "http" && scheme !== "https") return undefined;
  const name = host ?? pageHost;
  return `${scheme}://${name}${port ? `:${port}` : ""}${path.startsWith("/") ? path : `/${path}`}`;
}
