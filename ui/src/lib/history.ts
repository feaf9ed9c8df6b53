import { newestFirst } from "../api/cache";
import type { Activity } from "../api/types";
import type { TimelineFilter } from "./event-kinds";

/** As the agent filters its history, for entries that come after it was read. */
export function fits(a: Activity, filter: TimelineFilter): boolean {
  if (filter.app && a.app !== filter.app) return false;
  if (filter.kind && a.kind !== filter.kind) return false;
  if (filter.actor && (a.actor === "you" ? "you" : "engine") !== filter.actor) return false;
  if (!filter.q) return true;
  return `${a.subject} ${a.text} ${a.detail ?? ""}`.toLowerCase().includes(filter.q.toLowerCase());
}

/**
 * History with what has come since on top, each once, newest first. A line that came again under its id has more to
 * tell than the one that was read before: a reason was found, or it happened once more.
 */
export function joined(live: Activity[], history: Activity[], filter: TimelineFilter): Activity[] {
  const newer = new Map(live.map((a) => [a.id, a]));
  const known = new Set(history.map((a) => a.id));
  // Older than all of the history that was read: it is on a page not read yet.
  const end = history[history.length - 1]?.at ?? "";
  const fresh = live.filter((a) => !known.has(a.id) && a.at >= end && fits(a, filter));
  const told = history.map((a) => newer.get(a.id) ?? a);
  return fresh.length === 0 ? told : [...fresh, ...told].sort(newestFirst);
}

/** The page keeps so many live entries; when none of them is in the history read, some may lie between the two. */
export function mayMiss(live: Activity[], history: Activity[], kept: number): boolean {
  const newest = history[0];
  const oldest = live[live.length - 1];
  return Boolean(newest && oldest && live.length >= kept && oldest.at > newest.at);
}

/** How much it matters, as a word; what is ordinary needs none. */
export function severityWord(a: Activity): string | undefined {
  if (a.severity === "bad") return "Problem";
  return a.severity === "warning" ? "Warning" : undefined;
}

/** What stands beneath a line: more of it, how often, and who. */
export function details(a: Activity): string {
  const times = a.count && a.count > 1 ? `${a.count} times` : undefined;
  return [a.detail, times, a.actor && `by ${a.actor}`].filter(Boolean).join(", ");
}
