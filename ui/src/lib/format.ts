import { useSyncExternalStore } from "react";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? "" : "s"}`;

export { plural };

/** A length of time in its largest whole unit: "12 days", "5 hours", "40 s". Negative counts as zero. */
export function span(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  if (s < MINUTE) return `${s} s`;
  if (s < HOUR) return `${Math.floor(s / MINUTE)} min`;
  if (s < DAY) return plural(Math.floor(s / HOUR), "hour");
  return plural(Math.floor(s / DAY), "day");
}

/** Time since `at`; under a minute it reads "just now", so that a minute tick is enough to keep it true. */
export function since(at: string | undefined, now: number): string {
  if (!at) return "";
  const seconds = (now - Date.parse(at)) / 1000;
  if (Number.isNaN(seconds)) return "";
  return seconds < MINUTE ? "just now" : span(seconds);
}

/** Same with "ago": "3 days ago", "just now". */
export function ago(at: string | undefined, now: number): string {
  const text = since(at, now);
  return text === "" || text === "just now" ? text : `${text} ago`;
}

/** Duration of a step: "0.4 s", "12 s", "2 min 05 s". */
export function took(from: string, to: string | number): string {
  const ms = (typeof to === "number" ? to : Date.parse(to)) - Date.parse(from);
  if (Number.isNaN(ms) || ms < 0) return "";
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < MINUTE) return `${seconds} s`;
  return `${Math.floor(seconds / MINUTE)} min ${String(seconds % MINUTE).padStart(2, "0")} s`;
}

/** Wall clock of the reader: "14:32". */
export function clock(at: string | number): string {
  const d = new Date(at);
  return Number.isNaN(d.getTime())
    ? ""
    : `${String(d.getHours()).padStart(2, "0")}:${String(d.getMinutes()).padStart(2, "0")}`;
}

/** "14:32:06.412", the way log lines carry it. */
export function preciseClock(at: string): string {
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return "";
  const two = (n: number) => String(n).padStart(2, "0");
  return `${clock(d.getTime())}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, "0")}`;
}

/** "24 Nov 2026, 14:32" */
export function dateTime(at: string): string {
  const d = new Date(at);
  if (Number.isNaN(d.getTime())) return "";
  const month = d.toLocaleString("en-GB", { month: "short" });
  return `${d.getDate()} ${month} ${d.getFullYear()}, ${clock(at)}`;
}

const startOfDay = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);

/** Heading of a day in a timeline: "Today", "Yesterday", "Sunday", "12 November". */
export function dayLabel(at: string, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(Date.parse(at))) / (DAY * 1000));
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  const d = new Date(at);
  if (days < 7) return d.toLocaleString("en-GB", { weekday: "long" });
  const year = d.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return d.toLocaleString("en-GB", { day: "numeric", month: "long", year });
}

function scaled(n: number, base: number, units: readonly string[]): [string, string] {
  let value = n;
  let i = 0;
  while (value >= base && i < units.length - 1) {
    value /= base;
    i++;
  }
  const digits = i === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return [value.toFixed(digits).replace(/\.0+$/, ""), units[i] ?? ""];
}

/** Disk sizes count in thousands, as Docker prints them: ["1.04", "GB"]. */
export const diskParts = (n: number) => scaled(n, 1000, ["B", "kB", "MB", "GB", "TB", "PB"]);
export const disk = (n: number) => diskParts(n).join(" ");
/** Memory counts in 1024s: ["31.2", "GiB"]. */
export const memoryParts = (n: number) => scaled(n, 1024, ["B", "KiB", "MiB", "GiB", "TiB"]);

/** "sha256:9f3c…e21a" becomes "9f3c…e21a". */
export function shortDigest(digest: string): string {
  const hex = digest.replace(/^.*sha256:/, "");
  return hex.length <= 12 ? hex : `${hex.slice(0, 4)}…${hex.slice(-4)}`;
}

export const shortId = (id: string) => id.replace(/^sha256:/, "").slice(0, 12);

/** Image reference as people say it: no default registry, no digest. */
export function shortImage(reference: string): string {
  return reference
    .replace(/@sha256:[0-9a-f]{64}$/, "")
    .replace(/^docker\.io\//, "")
    .replace(/^library\//, "");
}

const tickers = new Map<
  number,
  { now: number; listeners: Set<() => void>; timer?: ReturnType<typeof setInterval> }
>();

/** The time, renewed every `every` milliseconds; all readers share one timer. */
export function useNow(every = 30_000): number {
  let ticker = tickers.get(every);
  if (!ticker) {
    ticker = { now: Date.now(), listeners: new Set() };
    tickers.set(every, ticker);
  }
  const t = ticker;
  return useSyncExternalStore(
    (listener) => {
      t.listeners.add(listener);
      t.timer ??= setInterval(() => {
        t.now = Date.now();
        for (const l of t.listeners) l();
      }, every);
      return () => {
        t.listeners.delete(listener);
        if (t.listeners.size > 0) return;
        clearInterval(t.timer);
        t.timer = undefined;
      };
    },
    () => {
      if (!t.timer) t.now = Math.max(t.now, Math.floor(Date.now() / every) * every);
      return t.now;
    },
  );
}
