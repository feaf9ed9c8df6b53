import { useEffect, useState } from "react";

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

/** How many of `total` to paint now: a screenful at once, the rest in slices while nothing else happens. */
export function useProgressive(total: number): number {
  const [count, setCount] = useState(painted);
  useEffect(() => {
    painted = Math.max(painted, count);
    if (count >= total) return;
    return whenIdle(() => setCount((n) => n + SLICE));
  }, [count, total]);
  return count;
}
