import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { LogRows } from "./rows";
import { type Anchor, anchorAt, moved, ROW, reachesEnd, type Scale, scrollHeight, topOf } from "./viewport";

/** Rows drawn above the first one, so that their heights are known when the view moves up to them. */
const ABOVE = 12;
/** While the scroll position changes by hand it is left alone for this long. */
const IDLE_MS = 160;
const MOST_HEIGHTS = 20_000;

type Settings = {
  rows: LogRows;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** Rows may be taller than one line of text. */
  tall: boolean;
  /** Changes when all heights do. */
  shape: string;
};

export type Scroller = {
  box: RefObject<HTMLDivElement | null>;
  list: RefObject<HTMLDivElement | null>;
  /** Rows to draw, and the height of the scroll area. */
  from: number;
  to: number;
  full: number;
  height: number;
  onScroll: () => void;
  /** Brings a place into the middle. */
  show: (place: number) => void;
  /** The first place that can be seen. */
  top: () => number;
};

/**
 * Scrolling over any number of rows. What is drawn hangs on a row (see `viewport.ts`); the browser's scroll position
 * is read as movement, and is set right again whenever it rests.
 */
export function useScroller({ rows, follow, onFollow, tall, shape }: Settings): Scroller {
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  const [at, setAt] = useState<{ place: number; px: number }>({ place: 0, px: 0 });
  const heights = useRef(new Map<number, number>());
  const last = useRef({ top: 0, wrote: -1, moved: 0, shown: false });
  const idle = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shaped = useRef(shape);
  const [usual, setUsual] = useState(ROW);

  const count = rows.count;
  const rowHeight = tall ? usual : ROW;
  const full = Math.max(scrollHeight(count, rowHeight), height);
  const scale: Scale = { rows: count, rowHeight, height, full };
  const visible = Math.ceil(height / ROW) + 1;
  const heightOf = (row: number) => (tall ? (heights.current.get(rows.place(row)) ?? rowHeight) : ROW);

  const endAnchor = (): Anchor =>
    moved({ row: Math.max(0, count - 1), px: heightOf(count - 1) }, -height, count, heightOf);
  const anchor = (): Anchor =>
    follow ? endAnchor() : { row: Math.min(rows.rowOf(at.place), Math.max(0, count - 1)), px: at.px };

  // A new width or wrapping: the row at the top stays there, whole.
  if (shaped.current !== shape) {
    shaped.current = shape;
    heights.current.clear();
  }

  const first = follow ? Math.max(0, count - visible) : anchor().row;
  const from = tall && !follow ? Math.max(0, first - ABOVE) : first;
  const to = Math.min(count, first + visible + 1);

  const settle = (to: Anchor) => setAt({ place: rows.place(to.row), px: to.px });

  const write = () => {
    const element = box.current;
    if (!element || height === 0) return;
    const top = follow ? full - height : topOf(anchor(), scale);
    if (Math.abs(element.scrollTop - top) > 0.9) element.scrollTop = top;
    last.current.top = element.scrollTop;
    last.current.wrote = element.scrollTop;
  };

  const onScroll = () => {
    const element = box.current;
    if (!element || height === 0) return;
    const top = element.scrollTop;
    const dy = top - last.current.top;
    last.current.top = top;
    if (Math.abs(top - last.current.wrote) < 1 || dy === 0) return;
    last.current.wrote = -1;
    last.current.moved = performance.now();
    const room = full - height;
    const exact = !tall && full === count * ROW;
    const jumped = exact || Math.abs(dy) > 2 * height;
    const next = jumped ? anchorAt(top, scale) : moved(anchor(), dy, count, heightOf);
    const ended = dy > 0 && (jumped ? top >= room - 1 : reachesEnd(next, count, height, heightOf));
    flushSync(() => {
      if (ended) {
        settle(endAnchor());
        onFollow(true);
      } else {
        if (follow) onFollow(false);
        settle(next);
      }
    });
    clearTimeout(idle.current);
    // The scroll bar has come to its end before the lines have: it makes room.
    const stuck = (top <= 0 && next.row > 0) || (top >= room - 1 && !ended);
    idle.current = setTimeout(() => latest.current.write(), stuck ? 0 : IDLE_MS);
  };

  // A person who turns the wheel up wants to stay where they are, before the first pixel has moved.
  const leaveEnd = () => {
    if (!follow) return;
    settle(endAnchor());
    onFollow(false);
  };

  const show = (place: number) => {
    const row = rows.rowOf(place);
    settle(moved({ row, px: 0 }, -(height / 2 - ROW), count, heightOf));
    last.current.moved = 0;
    last.current.shown = true;
  };

  const latest = useRef({ onScroll, write, leaveEnd, show, anchor, rows });
  latest.current = { onScroll, write, leaveEnd, show, anchor, rows };

  const followed = useRef(follow);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the switch itself matters
  useLayoutEffect(() => {
    // Following was switched off by its box or its key: what can be seen stays.
    const elsewhere = last.current.shown || performance.now() - last.current.moved < 50;
    if (followed.current && !follow && !elsewhere && height > 0) settle(endAnchor());
    last.current.shown = false;
    followed.current = follow;
  }, [follow]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(
      ([entry]) => entry && setHeight(Math.floor(entry.contentRect.height)),
    );
    observer.observe(element);
    const wheel = (event: WheelEvent) => event.deltaY < 0 && latest.current.leaveEnd();
    element.addEventListener("wheel", wheel, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", wheel);
      clearTimeout(idle.current);
    };
  }, []);

  useLayoutEffect(() => {
    const lines = list.current;
    if (!lines || height === 0) return;
    if (tall) {
      if (heights.current.size > MOST_HEIGHTS) heights.current.clear();
      for (const child of lines.children) {
        const { place } = (child as HTMLElement).dataset;
        if (place) heights.current.set(Number(place), (child as HTMLElement).offsetHeight);
      }
      const mean = meanOf(heights.current);
      // All rows are known, or the guess was a bad one.
      const known = heights.current.size >= count;
      if (known ? Math.abs(mean - usual) > 0.01 : Math.abs(mean - usual) > usual / 5) setUsual(mean);
    }
    let now = anchor();
    if (!follow && count > 0 && reachesEnd(now, count, height, heightOf)) {
      // Never past the end, nor short of it.
      const end = endAnchor();
      if (end.row !== now.row || Math.abs(end.px - now.px) > 0.5) {
        now = end;
        settle(end);
      }
    }
    let above = now.px;
    for (let row = from; row < now.row; row++) above += heightOf(row);
    lines.style.transform = `translateY(${-Math.round(above)}px)`;
    if (performance.now() - last.current.moved > IDLE_MS) write();
  });

  useEffect(() => {
    if (!tall) heights.current.clear();
  }, [tall]);

  return {
    box,
    list,
    from,
    to,
    full,
    height,
    onScroll,
    show: useCallback((place: number) => latest.current.show(place), []),
    top: useCallback(() => latest.current.rows.place(latest.current.anchor().row), []),
  };
}

function meanOf(heights: Map<number, number>): number {
  if (heights.size === 0) return ROW;
  let sum = 0;
  for (const height of heights.values()) sum += height;
  return Math.max(ROW, sum / heights.size);
}
