import type { RouterHistory } from "@tanstack/react-router";
import { startTransition, useEffect, useState } from "react";

const SLICE = 24;
/** Pixels of a tile with its gap, and of what stands beside and above the tiles on a wide screen. */
const TILE = { width: 268, height: 100 };
const AROUND = { width: 480, height: 200 };
const WIDE = 760;
const LEAST = 12;
const MOST = 36;

/** About as many tiles as the screen shows: what a person waits for. */
export function screenful(width: number, height: number): number {
  const [across, down] = width > WIDE ? [width - AROUND.width, height - AROUND.height] : [width, height];
  const tiles = Math.max(1, Math.floor(across / TILE.width)) * Math.ceil(down / TILE.height);
  return Math.min(MOST, Math.max(LEAST, tiles));
}
const first = () => screenful(innerWidth, innerHeight);

/** As many as were painted when the page was left; fewer would lose the place on the way back. */
let painted = 0;

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
  const [now, setNow] = useState(() => ({ layout, count: Math.max(returned ? painted : 0, first()) }));
  // The old layout goes in the same moment, which takes time too: half a screenful answers the click.
  if (now.layout !== layout) setNow({ layout, count: Math.ceil(first() / 2) });
  const { count } = now;
  useEffect(() => {
    painted = Math.max(painted, count);
    if (count >= total) return;
    // As a transition, whose rendering lets the browser in every few milliseconds.
    return whenIdle(() => startTransition(() => setNow((n) => ({ ...n, count: n.count + SLICE }))));
  }, [count, total]);
  return count;
}
