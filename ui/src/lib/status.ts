import type { Container } from "../api/types";
import { plural, since, span } from "./format";

/** Shapes of the lamp; see `components/lamp.tsx`. */
export type LampKind = "run" | "bad" | "go" | "off";
export type Status = { lamp: LampKind; word: string; note: string };

/**
 * Exit codes of a container that was asked to end: none, SIGINT, SIGKILL after the grace time, SIGTERM.
 * Out of memory is SIGKILL too, but the engine says so separately.
 */
const ASKED_TO_END = new Set([0, 130, 137, 143]);

export function endedBadly(c: Container): boolean {
  if (c.state === "dead") return true;
  if (c.state !== "exited") return false;
  return Boolean(c.oomKilled) || Boolean(c.error) || !ASKED_TO_END.has(c.exitCode ?? 0);
}

/** Restarting now, or restarted three times with the last start under ten minutes ago. */
export function restartLoop(c: Container, now: number): boolean {
  if (c.state === "restarting") return c.restartCount >= 2;
  if (c.state !== "running" || c.restartCount < 3 || !c.startedAt) return false;
  return now - Date.parse(c.startedAt) < 10 * 60_000;
}

const firstLine = (text: string) => text.trim().split("\n", 1)[0]?.trim() ?? "";

/** Why the last health check failed, in one line. */
export function healthReason(c: Container): string {
  const reason = c.health?.reason;
  if (!reason) return c.health ? `${plural(c.health.failingStreak, "check")} failed` : "";
  return firstLine(reason.output) || `check ended with code ${reason.exitCode}`;
}

/** Why a container ended, in one line. */
export function endReason(c: Container): string {
  if (c.oomKilled) return "out of memory";
  if (c.error) return firstLine(c.error);
  return c.exitCode === undefined ? "" : `exit ${c.exitCode}`;
}

const PENDING_WORDS: Record<string, string> = {
  start: "Starting",
  stop: "Stopping",
  restart: "Restarting",
  pause: "Pausing",
  unpause: "Resuming",
  kill: "Ending",
  remove: "Removing",
};

/** What a tile's lamp shows and says. `pending` is an action this page has asked for and not yet seen done. */
export function statusOf(c: Container, now: number, pending?: string): Status {
  const asked = pending && PENDING_WORDS[pending];
  if (asked) return { lamp: "go", word: asked, note: "" };
  switch (c.state) {
    case "running":
      if (c.health?.status === "unhealthy") return { lamp: "bad", word: "Unhealthy", note: healthReason(c) };
      if (c.health?.status === "starting") {
        const n = c.health.failingStreak;
        return {
          lamp: "go",
          word: "Starting",
          note: n > 0 ? `${plural(n, "check")} failed` : "first health check",
        };
      }
      return { lamp: "run", word: "Running", note: since(c.startedAt, now) };
    case "restarting":
      return {
        lamp: restartLoop(c, now) ? "bad" : "go",
        word: "Restarting",
        note: [endReason(c), c.restartCount > 0 ? `${plural(c.restartCount, "restart")}` : ""]
          .filter(Boolean)
          .join(", "),
      };
    case "paused":
      return { lamp: "off", word: "Paused", note: "" };
    case "removing":
      return { lamp: "go", word: "Removing", note: "" };
    case "created":
      return c.error
        ? { lamp: "bad", word: "Not started", note: firstLine(c.error) }
        : { lamp: "off", word: "Not started", note: since(c.created, now) };
    case "dead":
      return { lamp: "bad", word: "Dead", note: endReason(c) };
    case "exited": {
      const bad = endedBadly(c);
      const when = c.finishedAt ? span((now - Date.parse(c.finishedAt)) / 1000) : "";
      return {
        lamp: bad ? "bad" : "off",
        word: bad ? "Failed" : "Stopped",
        note: bad ? endReason(c) : when,
      };
    }
  }
}

export const isStopped = (c: Container) =>
  c.state === "exited" || c.state === "created" || c.state === "dead";

export function needsAttention(c: Container, now: number): boolean {
  return (
    c.health?.status === "unhealthy" ||
    endedBadly(c) ||
    restartLoop(c, now) ||
    (c.state === "created" && Boolean(c.error))
  );
}
