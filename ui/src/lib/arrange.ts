import type { Container } from "../api/types";
import { isStopped, needsAttention } from "./status";

export type StateFilter = "all" | "running" | "attention" | "stopped";
export type Sort = "name" | "state" | "cpu" | "memory" | "newest";
export const stateFilters = ["all", "running", "attention", "stopped"] as const;
export const sorts = ["name", "state", "cpu", "memory", "newest"] as const;
/** What a container uses, for sorting by it; nothing is known of one that does not run. */
export type Uses = (id: string) => { cpu: number; memory: number } | undefined;

export function inState(c: Container, filter: StateFilter, now: number): boolean {
  switch (filter) {
    case "all":
      return true;
    case "running":
      return c.state === "running" || c.state === "restarting" || c.state === "paused";
    case "attention":
      return needsAttention(c, now);
    case "stopped":
      return isStopped(c);
  }
}

/** Every word must appear in the name, image, project, service or a published port. */
export function matches(c: Container, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = [c.name, c.image, c.project ?? "", c.service ?? "", ...c.ports.map((p) => String(p.host ?? ""))]
    .join("\n")
    .toLowerCase();
  return words.every((w) => hay.includes(w));
}

const byName = (a: Container, b: Container) =>
  a.name.localeCompare(b.name, undefined, { numeric: true, sensitivity: "base" });

function rank(c: Container, now: number): number {
  if (needsAttention(c, now)) return 0;
  if (c.health?.status === "starting" || c.state === "restarting") return 1;
  return isStopped(c) ? 3 : 2;
}

export function sorted(list: Container[], sort: Sort, now: number, uses?: Uses): Container[] {
  const copy = [...list];
  if (sort === "newest") return copy.sort((a, b) => b.created.localeCompare(a.created) || byName(a, b));
  if (sort === "cpu" || sort === "memory") {
    // Asked once for each: numbers that change while they are sorted by make no order.
    const use = new Map(copy.map((c) => [c.id, uses?.(c.id)?.[sort] ?? -1]));
    return copy.sort((a, b) => (use.get(b.id) ?? -1) - (use.get(a.id) ?? -1) || byName(a, b));
  }
  if (sort === "state") return copy.sort((a, b) => rank(a, now) - rank(b, now) || byName(a, b));
  return copy.sort(byName);
}

export type Group = { key: string; title: string; containers: Container[] };

/** Groups by compose project, in alphabetical order; what belongs to none comes last. */
export function grouped(list: Container[]): Group[] {
  const groups = new Map<string, Container[]>();
  for (const c of list) {
    const key = c.project ?? "";
    const group = groups.get(key);
    if (group) group.push(c);
    else groups.set(key, [c]);
  }
  const named = [...groups.keys()].filter(Boolean).sort((a, b) => a.localeCompare(b));
  const rest = groups.get("");
  const result = named.map((key) => ({ key, title: key, containers: groups.get(key) ?? [] }));
  if (rest)
    result.push({ key: "", title: named.length > 0 ? "On their own" : "All containers", containers: rest });
  return result;
}

export function counts(list: Container[], now: number): Record<StateFilter, number> {
  const result = { all: list.length, running: 0, attention: 0, stopped: 0 };
  for (const c of list) {
    for (const f of ["running", "attention", "stopped"] as const) if (inState(c, f, now)) result[f]++;
  }
  return result;
}
