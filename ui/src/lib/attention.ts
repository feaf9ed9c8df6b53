import type { Container, EngineStatus, Operation } from "../api/types";
import type { Action } from "./actions";
import { ago, plural } from "./format";
import { memory, type Pressure } from "./load";
import { endedBadly, endReason, healthReason, restartLoop } from "./status";

export type AttentionItem = {
  /** Changes when the trouble is a new one, so that dismissing yesterday's does not hide today's. */
  key: string;
  title: string;
  text: string;
  container?: Container;
  operation?: Operation;
  actions: Action[];
};

/** Everything that wants a person, worst first. Order within a kind is by name. */
export function attention(
  containers: Container[],
  operations: Operation[],
  engine: EngineStatus | undefined,
  now: number,
  tight: Pressure = new Map(),
): AttentionItem[] {
  const items: AttentionItem[] = [];
  for (const operation of operations) {
    if (operation.state !== "needsAttention") continue;
    items.push({
      key: `operation:${operation.id}`,
      title: `${operation.title} needs a look`,
      text: operation.cause ?? "It could neither finish nor go back by itself.",
      operation,
      actions: [],
    });
  }
  // With the engine away the last known states are old news; the banner says what is wrong.
  if (engine && !engine.connected) return items;
  const byName = [...containers].sort((a, b) => a.name.localeCompare(b.name));
  for (const c of byName) {
    if (c.health?.status !== "unhealthy" || c.state !== "running") continue;
    items.push({
      key: `unhealthy:${c.id}:${c.startedAt}`,
      title: `${c.name} is unhealthy`,
      text: `${healthReason(c)}${c.health.reason ? `, ${plural(c.health.failingStreak, "check")} in a row` : ""}.`,
      container: c,
      actions: ["logs", "restart"],
    });
  }
  for (const c of byName) {
    const near = tight.get(c.id);
    if (!near || c.state !== "running") continue;
    items.push({
      key: `memory:${c.id}:${c.startedAt}`,
      title: `${c.name} is short of memory`,
      text: `Memory is at ${near.percent}% of its ${memory(near.limit)} limit.`,
      container: c,
      actions: ["logs", "restart"],
    });
  }
  for (const c of byName) {
    if (!restartLoop(c, now)) continue;
    const reason = endReason(c);
    items.push({
      key: `loop:${c.id}:${Math.floor(c.restartCount / 10)}`,
      title: `${c.name} keeps restarting`,
      text: `${plural(c.restartCount, "restart")}${reason && c.state !== "running" ? `, last ${reason}` : ""}.`,
      container: c,
      actions: ["logs", "stop"],
    });
  }
  for (const c of byName) {
    const neverStarted = c.state === "created" && Boolean(c.error);
    if (!endedBadly(c) && !neverStarted) continue;
    const code = c.exitCode === undefined ? "" : ` (exit ${c.exitCode})`;
    items.push({
      key: `ended:${c.id}:${c.finishedAt ?? c.created}`,
      title: neverStarted
        ? `${c.name} could not start`
        : c.oomKilled
          ? `${c.name} ran out of memory`
          : `${c.name} stopped with an error`,
      text: c.oomKilled
        ? `The kernel ended it ${ago(c.finishedAt, now)}${code}.`
        : `${endReason(c)}${c.finishedAt && !neverStarted ? `, ${ago(c.finishedAt, now)}` : ""}.`,
      container: c,
      actions: ["logs", "start"],
    });
  }
  return items;
}
