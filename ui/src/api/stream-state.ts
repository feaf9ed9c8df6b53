import { createStore } from "../lib/store";

/** How the event stream is doing. Apart from the stream itself, which the first page does not wait for. */
export type StreamState =
  | { phase: "idle" }
  | { phase: "connecting"; tries: number }
  | { phase: "live" }
  | { phase: "waiting"; tries: number; retryAt: number };

export const streamState = createStore<StreamState>({ phase: "idle" });

let wake: (() => void) | undefined;

/** What ends the wait before the next try. */
export function onRetry(next: (() => void) | undefined): void {
  wake = next;
}

/** Ends the current wait, for a person who presses "Try now". */
export function retryNow(): void {
  wake?.();
}
