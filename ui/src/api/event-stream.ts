import { readAgain } from "./lost-answer";
import { streamState } from "./stream-state";

/** Switches the event stream on and off. Its code comes by itself, beside the first lists. */

const AGAIN_MS = 3000;
let wanted = false;

const code = () => readAgain(() => import("./events"));

export function startEvents(): void {
  wanted = true;
  code().then(
    (events) => {
      if (wanted) events.startEvents();
    },
    (error: unknown) => {
      console.warn("event stream:", error);
      if (!wanted) return;
      // Two tries have failed by now, which is when the page says that it is offline.
      streamState.set({ phase: "waiting", tries: 2, retryAt: Date.now() + AGAIN_MS });
      setTimeout(() => wanted && startEvents(), AGAIN_MS);
    },
  );
}

export function stopEvents(): void {
  wanted = false;
  code().then(
    (events) => {
      if (!wanted) events.stopEvents();
    },
    // What never came cannot run.
    () => undefined,
  );
}
