import {
  type CSSProperties,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Style } from "../lib/ansi";
import { preciseClock } from "../lib/format";
import { linePieces, type MarkedPiece } from "../lib/log-pieces";
import type { LogStore } from "../lib/log-store";
import css from "./log-view.module.css";

const ROW = 20;
/** Browsers cap the height of a box; beyond this the scroll position is scaled instead. */
const MAX_HEIGHT = 15_000_000;

/** At most one render per frame, however fast lines come. */
export function useLogVersion(store: LogStore): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      let frame = 0;
      const stop = store.subscribe(() => {
        frame ||= requestAnimationFrame(() => {
          frame = 0;
          listener();
        });
      });
      return () => {
        stop();
        cancelAnimationFrame(frame);
      };
    },
    [store],
  );
  return useSyncExternalStore(subscribe, () => store.version);
}

const named = (c: string | undefined) => (c?.startsWith("ansi-") ? `var(--${c})` : c);

function styleOf(s: Style | undefined): CSSProperties | undefined {
  if (!s) return undefined;
  const [fg, bg] = s.inverse ? [s.bg ?? "var(--log-bg)", s.fg ?? "var(--log-text)"] : [s.fg, s.bg];
  return {
    color: named(fg),
    backgroundColor: named(bg),
    fontWeight: s.bold ? 700 : undefined,
    opacity: s.dim ? 0.7 : undefined,
    fontStyle: s.italic ? "italic" : undefined,
    textDecoration: s.underline ? "underline" : undefined,
  };
}

function PieceView({ piece, current }: { piece: MarkedPiece; current: boolean }) {
  const style = styleOf(piece.style);
  if (piece.hit) {
    return (
      <mark style={style} data-current={current || undefined}>
        {piece.text}
      </mark>
    );
  }
  if (piece.level) return <b data-level={piece.level}>{piece.text}</b>;
  return style ? <span style={style}>{piece.text}</span> : piece.text;
}

export type LogViewHandle = { show: (line: number) => void };

type Props = {
  ref?: Ref<LogViewHandle>;
  store: LogStore;
  version: number;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  times: boolean;
  wrap: boolean;
  query: string;
  current: number | undefined;
  label: string;
};

/**
 * A window on the log: only visible lines exist as elements. With wrapping, a line may be taller than its share of
 * the scroll height, so the window starts at the line the position points to, and at the end it is set from below.
 */
export function LogView({ ref, store, follow, onFollow, times, wrap, query, current, label }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(400);
  const [top, setTop] = useState(0);
  const lines = store.length;
  const content = lines * ROW + 16;
  const spacer = Math.min(content, MAX_HEIGHT);
  const scale = spacer > height ? (content - height) / (spacer - height) : 1;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && setHeight(entry.contentRect.height));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines and a new height move the end
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = spacer;
  }, [follow, spacer, lines, height]);

  useImperativeHandle(ref, () => ({
    show: (line) => {
      const element = box.current;
      if (!element) return;
      element.scrollTop = Math.max(0, (line * ROW - height / 2) / scale);
      element.focus({ preventScroll: true });
    },
  }));

  const offset = Math.min(top * scale, Math.max(0, content - height));
  const atEnd = offset >= content - height - 1;
  const visible = Math.ceil(height / ROW) + 2;
  const first =
    wrap && atEnd ? Math.max(0, lines - visible) : Math.max(0, Math.min(Math.floor(offset / ROW), lines - 1));
  const count = Math.max(0, Math.min(lines - first, visible));
  const fromBelow = wrap && atEnd && lines * ROW > height;
  const shift = wrap ? top : top - (offset - first * ROW);

  // Following stops when a person scrolls up, and starts again at the end.
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => event.deltaY < 0 && onFollow(false);
    element.addEventListener("wheel", onWheel, { passive: true });
    return () => element.removeEventListener("wheel", onWheel);
  }, [onFollow]);

  return (
    <div
      ref={box}
      className={css.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable without a mouse
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={label}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)}
      onKeyDown={(e) => {
        if (e.key === "ArrowUp" || e.key === "PageUp") onFollow(false);
      }}
      onTouchMove={() => {
        const e = box.current;
        if (e && follow && e.scrollTop < spacer - height - 40) onFollow(false);
      }}
    >
      <div className={css.spacer} style={{ height: spacer }}>
        <div
          className={css.rows}
          data-wrap={wrap || undefined}
          data-below={fromBelow || undefined}
          style={fromBelow ? { bottom: 0 } : { transform: `translateY(${shift + 8}px)` }}
        >
          {Array.from({ length: count }, (_, k) => {
            const i = first + k;
            const line = store.line(i);
            const number = i + store.dropped;
            return (
              <div
                key={number}
                className={css.line}
                data-stream={line.stream}
                data-more={line.continued || undefined}
              >
                <i aria-hidden="true">{line.continued ? "↳" : (number + 1).toLocaleString("en")}</i>
                {times && <time>{line.time ? preciseClock(line.time) : ""}</time>}
                {line.stream === "stderr" && <span className="vh">error output: </span>}
                <span>
                  {linePieces(line.text, query).map((piece, p) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other identity
                    <PieceView key={p} piece={piece} current={number === current} />
                  ))}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
