import type { RouterHistory } from "@tanstack/react-router";
import { startTransition, useEffect, useState } from "react";

const FIRST = 36;
const SLICE = 24;
/** As many as were painted when the page was left; fewer would lose the place on the way back. */
let painted = FIRST;

const whenIdle = (work: () => void): (() => void) => {
  if (typeof requestIdleCallback === "function") {
    const handle = requestIdleCallback(work, { timeout: 120 });
    return () => cancelIdleCallback(handle);
  }
  const handle = setTimeout(work, 16);
  return () => clearTimeout(handle);
};

/** Back and Forward come to a place on the page; any other way comes to its top. */
let returned = false;
export const followHistory = (history: RouterHistory) =>
  history.subscribe(({ action }) => {
    returned = action.type === "BACK" || action.type === "FORWARD" || action.type === "GO";
  });

/**
 * How many of `total` to paint now: a screenful at once, the rest in slices while nothing else happens. Another
 * `layout` begins anew, or hundreds would be painted before it shows.
 */
export function useProgressive(total: number, layout: string): number {
  const [now, setNow] = useState(() => ({ layout, count: returned ? painted : FIRST }));
  if (now.layout !== layout) setNow({ layout, count: FIRST });
  const { count } = now;
  useEffect(() => {
    painted = Math.max(painted, count);
    if (count >= total) return;
    // As a transition, whose rendering lets the browser in every few milliseconds.
    return whenIdle(() => startTransition(() => setNow((n) => ({ ...n, count: n.count + SLICE }))));
  }, [count, total]);
  return count;
}
