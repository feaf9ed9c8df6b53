import { api, stream, unwrap } from "./client";
import { ApiError, isAbort } from "./errors";
import { backoff } from "./events";
import { currentProof, sessionRefused, sessionState } from "./session";
import { EventParser } from "./sse";
import type { StatsHistory } from "./types";

export type HistoryRange = "10m" | "1h" | "24h" | "7d" | "30d";

export const containerHistory = (
  id: string,
  range: HistoryRange,
  signal?: AbortSignal,
): Promise<StatsHistory> =>
  unwrap(
    api.GET("/api/containers/{id}/stats/history", {
      params: { path: { id }, query: { range } },
      signal,
    }),
  );
export const hostHistory = (range: HistoryRange, signal?: AbortSignal): Promise<StatsHistory> =>
  unwrap(api.GET("/api/host/stats/history", { params: { query: { range } }, signal }));

/** A sample comes each second and a comment every 15 s; what is silent for longer than two of them is dead. */
const SILENCE_MS = 35_000;

/**
 * Follows a stream of samples until stopped, and only while the page can be seen: the agent's sampler rests when
 * nobody looks. `onLost` is called when numbers stop coming.
 */
export function followStats<T>(
  path: string,
  onSample: (sample: T) => void,
  onLost: () => void = () => undefined,
): () => void {
  let running: AbortController | undefined;
  const begin = () => {
    if (running || document.hidden || sessionState.get() !== "kept") return;
    running = new AbortController();
    void loop(path, running.signal, onSample, onLost);
  };
  const end = () => {
    running?.abort();
    running = undefined;
  };
  const look = () => (document.hidden || sessionState.get() !== "kept" ? end() : begin());
  document.addEventListener("visibilitychange", look);
  const leave = sessionState.subscribe(look);
  begin();
  return () => {
    document.removeEventListener("visibilitychange", look);
    leave();
    end();
  };
}

async function loop<T>(
  path: string,
  signal: AbortSignal,
  onSample: (sample: T) => void,
  onLost: () => void,
): Promise<void> {
  let tries = 0;
  while (!signal.aborted) {
    try {
      await read<T>(path, signal, (sample) => {
        tries = 0;
        onSample(sample);
      });
    } catch (error) {
      if (signal.aborted) return;
      // Signed out, or what it was about is gone: whoever shows it knows by other ways.
      if (error instanceof ApiError && error.status < 500) return onLost();
      if (!isAbort(error)) console.warn("live numbers:", error);
    }
    if (signal.aborted) return;
    onLost();
    tries++;
    await pause(backoff(tries, Math.random()), signal);
  }
}

async function read<T>(path: string, outer: AbortSignal, onSample: (sample: T) => void): Promise<void> {
  const silence = new AbortController();
  let watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const signal = AbortSignal.any([outer, silence.signal]);
    const body = await stream(path, {}, { headers: { Accept: "text/event-stream" }, signal });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(watchdog);
      watchdog = setTimeout(() => silence.abort(), SILENCE_MS);
      const events = parser.push(value);
      if (events.some((e) => e.name === "session-ended")) return sessionRefused(currentProof());
      // After a pause several may come together; only the newest is worth painting.
      const newest = events.findLast((e) => e.name === "sample");
      if (newest) onSample(JSON.parse(newest.data) as T);
    }
  } finally {
    clearTimeout(watchdog);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
