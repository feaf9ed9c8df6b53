import { followStats } from "../api/stats";
import type { HostStats, StatsRow, StatsSample } from "../api/types";

/**
 * Live numbers outside React: whoever shows one subscribes by id and writes into its own element. Three hundred
 * tiles then cost three hundred short functions a second and no rendering.
 */

/** Without numbers for so long a tile shows none. */
const STALE_MS = 5000;
/** Between two pages nobody shows numbers for a moment; the stream is kept for so long. */
const LINGER_MS = 400;

type Listener = (row: StatsRow | undefined) => void;
type HostListener = (host: HostStats, at: number) => void;

const rows = new Map<string, StatsRow>();
const byId = new Map<string, Set<Listener>>();
const everySample = new Set<() => void>();
const hostListeners = new Set<HostListener>();
let host: { stats: HostStats; at: number } | undefined;
let users = 0;
let stop: (() => void) | undefined;
let lingering: ReturnType<typeof setTimeout> | undefined;
let stale: ReturnType<typeof setTimeout> | undefined;
let frame = 0;

function take(sample: StatsSample): void {
  rows.clear();
  for (const row of sample.containers) rows.set(row[0], row);
  host = { stats: sample.host, at: sample.at };
  clearTimeout(stale);
  stale = setTimeout(drop, STALE_MS);
  paintSoon();
}

function drop(): void {
  rows.clear();
  paintSoon();
}

/** One paint for each sample, however many show a part of it. */
function paintSoon(): void {
  if (frame) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    for (const [id, listeners] of byId) {
      const row = rows.get(id);
      for (const listener of listeners) listener(row);
    }
    if (host) for (const listener of hostListeners) listener(host.stats, host.at);
    for (const listener of everySample) listener();
  });
}

function join(): () => void {
  users++;
  clearTimeout(lingering);
  stop ??= followStats<StatsSample>("/api/stats", take);
  let here = true;
  return () => {
    if (!here) return;
    here = false;
    users--;
    if (users > 0) return;
    lingering = setTimeout(() => {
      stop?.();
      stop = undefined;
      clearTimeout(stale);
      rows.clear();
      host = undefined;
    }, LINGER_MS);
  };
}

/** Calls `listener` with each sample's numbers of one container, `undefined` while there are none. */
export function watchContainer(id: string, listener: Listener): () => void {
  const leave = join();
  let listeners = byId.get(id);
  if (!listeners) {
    listeners = new Set();
    byId.set(id, listeners);
  }
  listeners.add(listener);
  listener(rows.get(id));
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && byId.get(id) === listeners) byId.delete(id);
    leave();
  };
}

export function watchHost(listener: HostListener): () => void {
  const leave = join();
  hostListeners.add(listener);
  if (host) listener(host.stats, host.at);
  return () => {
    hostListeners.delete(listener);
    leave();
  };
}

/** Calls `listener` after each sample; what it wants to know it reads with `numbersOf` and `hostNow`. */
export function watchSamples(listener: () => void): () => void {
  const leave = join();
  everySample.add(listener);
  return () => {
    everySample.delete(listener);
    leave();
  };
}

export const numbersOf = (id: string): StatsRow | undefined => rows.get(id);
export const hostNow = (): HostStats | undefined => host?.stats;
