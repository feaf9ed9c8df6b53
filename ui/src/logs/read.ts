import { stream } from "../api/client";
import type { LogStore } from "./store";

/** Which part of a log is wanted. */
export type LogPart = {
  /** Only so many lines from the end; absent means all of it. */
  tail?: number;
  /** RFC 3339. */
  since?: string;
  until?: string;
};

/** One nanosecond after an RFC 3339 time, so that going on from the last line does not repeat it. */
export function justAfter(time: string): string {
  const match = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return time;
  const nanos = Number((match[2] ?? "").padEnd(9, "0").slice(0, 9)) + 1;
  // The last nanosecond of a second would need a carry; repeating one line is the smaller harm.
  if (nanos > 999_999_999) return time;
  return `${match[1]}.${String(nanos).padStart(9, "0")}${match[3]}`;
}

/** Opens a container's log as the agent sends it. */
export function openLog(
  id: string,
  query: Record<string, string | number | boolean>,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  return stream(`/api/containers/${encodeURIComponent(id)}/logs`, { ...query, timestamps: true }, { signal });
}

/** `part` as the route wants it; an `until` in the past leaves nothing to wait for. */
export function queryOf({ tail, since, until }: LogPart): Record<string, string | number> {
  const query: Record<string, string | number> = {};
  if (tail !== undefined) query.tail = tail;
  if (since) query.since = since;
  if (until) query.until = until;
  return query;
}

/** Reads a container's log into `store` until it ends. Follows on from the newest line there is. */
export async function readLog(
  id: string,
  store: LogStore,
  part: LogPart,
  signal: AbortSignal,
): Promise<void> {
  const last = newestTime(store);
  const query = last ? queryOf({ since: justAfter(last), until: part.until }) : queryOf(part);
  const body = await openLog(id, { ...query, follow: part.until === undefined }, signal);
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    store.append(value);
  }
}

function newestTime(store: LogStore): string | undefined {
  for (let n = store.end - 1; n >= store.first && n > store.end - 200; n--) {
    const { time } = store.line(n);
    if (time) return time;
  }
  return undefined;
}
