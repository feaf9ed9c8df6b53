import { stream } from "../api/client";
import type { LogStore } from "./log-store";

export type LogPhase =
  | { kind: "reading" }
  /** The container stopped, or the log was read to its end. */
  | { kind: "ended" }
  | { kind: "broken"; error: unknown };

/** One nanosecond after an RFC 3339 time, so that going on from the last line does not repeat it. */
export function justAfter(time: string): string {
  const match = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(time);
  if (!match) return time;
  const nanos = Number((match[2] ?? "").padEnd(9, "0").slice(0, 9)) + 1;
  // The last nanosecond of a second would need a carry; repeating one line is the smaller harm.
  if (nanos > 999_999_999) return time;
  return `${match[1]}.${String(nanos).padStart(9, "0")}${match[3]}`;
}

/** Reads a container's log into `store` until it ends. Follows on from the newest line there is. */
export async function readLog(id: string, store: LogStore, tail: number, signal: AbortSignal): Promise<void> {
  const last = newestTime(store);
  const query: Record<string, string | number> = last ? { since: justAfter(last) } : { tail };
  const path = `/api/containers/${encodeURIComponent(id)}/logs`;
  const body = await stream(path, { ...query, follow: true, timestamps: true }, { signal });
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    store.append(value);
  }
}

function newestTime(store: LogStore): string | undefined {
  for (let i = store.length - 1; i >= 0 && i > store.length - 200; i--) {
    const { time } = store.line(i);
    if (time) return time;
  }
  return undefined;
}
