import { type Ref, useCallback, useImperativeHandle, useMemo, useState } from "react";
import { useNow } from "../lib/format";
import { useStore } from "../lib/store";
import { copyText, LogRow } from "./log-row";
import css from "./log-view.module.css";
import { logOptions } from "./options";
import { type Pattern, type Range, textRanges } from "./pattern";
import type { LogRows } from "./rows";
import { useScroller } from "./use-scroller";

export type LogViewHandle = {
  show: (place: number) => void;
  /** The first place that can be seen. */
  top: () => number;
  /** Lays out a line, or folds it again. */
  open: (place: number) => void;
  focus: () => void;
};

type Props = {
  ref?: Ref<LogViewHandle>;
  rows: LogRows;
  version: number;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  pattern: Pattern | undefined;
  /** Place of the current hit. */
  current: number | undefined;
  /** Names of the containers when several share this view. */
  names?: readonly string[];
  label: string;
};

const noRanges: readonly Range[] = [];
type Span = { from: number; to: number };

/** A window on a log: only visible lines exist as elements. */
export function LogView(props: Props) {
  const { ref, rows, version, follow, onFollow, pattern, current, names, label } = props;
  const { times, wrap, json } = useStore(logOptions);
  const now = useNow();
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [width, setWidth] = useState(0);
  const [chosen, setChosen] = useState<Span>();
  const tall = wrap || json || opened.size > 0;
  const scroller = useScroller({ rows, follow, onFollow, tall, shape: `${wrap} ${json} ${times} ${width}` });
  const { box, list, from, to, full, onScroll, show, top } = scroller;

  const open = useCallback(
    (place: number) =>
      setOpened((old) => {
        const next = new Set(old);
        if (!next.delete(place)) next.add(place);
        return next;
      }),
    [],
  );
  useImperativeHandle(ref, () => ({
    show,
    top,
    open,
    focus: () => box.current?.focus({ preventScroll: true }),
  }));

  // A regular expression is only ever run where it can be stopped; its marks come a moment later.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each version more marks may be known
  const marks = useMemo(() => {
    if (!pattern) return () => noRanges;
    if (!pattern.regex) return (plain: string) => textRanges(plain, pattern.text, pattern.matchCase);
    return (plain: string, source: number) => rows.sources[source]?.index.marks(plain) ?? noRanges;
  }, [pattern, rows, pattern?.regex ? version : 0]);

  const choose = (event: React.PointerEvent) => {
    const target = event.target as Element;
    if (event.button !== 0 || !target.matches("i")) return;
    const place = Number(target.parentElement?.dataset.place);
    event.preventDefault();
    box.current?.focus({ preventScroll: true });
    setChosen((old) => (event.shiftKey && old ? { from: old.from, to: place } : { from: place, to: place }));
  };

  const chosenText = (span: Span): string => {
    const lines: string[] = [];
    const end = rows.rowOf(Math.max(span.from, span.to));
    for (let row = rows.rowOf(Math.min(span.from, span.to)); row <= end && row < rows.count; row++) {
      const { source, n } = rows.ref(rows.place(row));
      const store = rows.sources[source]?.store;
      if (store) lines.push(copyText(store, n, times));
    }
    return `${lines.join("\n")}\n`;
  };

  const copy = (event: React.ClipboardEvent) => {
    const text = chosen ? chosenText(chosen) : list.current && selectedText(list.current);
    if (!text) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", text);
  };

  const lines = [];
  for (let i = from; i < to; i++) {
    const place = rows.place(i);
    const { source, n } = rows.ref(place);
    const store = rows.sources[source]?.store;
    if (!store) continue;
    const inside =
      chosen && place >= Math.min(chosen.from, chosen.to) && place <= Math.max(chosen.from, chosen.to);
    lines.push(
      <LogRow
        key={`${source} ${n}`}
        store={store}
        n={n}
        place={place}
        level={rows.level({ source, n })}
        times={times}
        now={times === "ago" ? now : 0}
        source={names?.[source]}
        sourceAt={source}
        current={place === current}
        chosen={inside === true}
        open={json !== opened.has(place)}
        marks={marks}
        onOpen={open}
      />,
    );
  }

  return (
    <div
      ref={(element) => {
        box.current = element;
        if (!element) return;
        const observer = new ResizeObserver(
          ([entry]) => entry && setWidth(Math.round(entry.contentRect.width)),
        );
        observer.observe(element);
        return () => {
          observer.disconnect();
          box.current = null;
        };
      }}
      className={css.log}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable without a mouse
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={label}
      onScroll={onScroll}
      onCopy={copy}
      onPointerDown={choose}
      onKeyDown={(event) => {
        if (event.key === "ArrowUp" || event.key === "PageUp") onFollow(false);
        if (event.key === "Escape" && chosen) setChosen(undefined);
      }}
    >
      <div className={css.spacer} style={{ height: full }}>
        <div className={css.window} style={{ height: scroller.height }}>
          <div ref={list} className={css.rows} data-wrap={wrap || undefined}>
            {lines}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What is selected with the pointer, a line of text for each line, without line numbers and buttons. */
function selectedText(list: HTMLElement): string | undefined {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const lines: string[] = [];
  for (const row of list.children) {
    if (!range.intersectsNode(row)) continue;
    const parts: string[] = [];
    for (const part of row.querySelectorAll<HTMLElement>("time, [data-text]")) {
      if (!range.intersectsNode(part)) continue;
      const inside = document.createRange();
      inside.selectNodeContents(part);
      if (range.compareBoundaryPoints(range.START_TO_START, inside) > 0)
        inside.setStart(range.startContainer, range.startOffset);
      if (range.compareBoundaryPoints(range.END_TO_END, inside) < 0)
        inside.setEnd(range.endContainer, range.endOffset);
      if (inside.toString()) parts.push(inside.toString());
    }
    if (parts.length > 0) lines.push(parts.join(" "));
  }
  return lines.length > 0 ? lines.join("\n") : undefined;
}
