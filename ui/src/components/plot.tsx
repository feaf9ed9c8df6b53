import { type KeyboardEvent, useEffect, useRef } from "react";
import uPlot from "uplot";
import uplotStyle from "uplot/dist/uPlot.min.css?inline";
import type { Column, Feed } from "../lib/feed";
import { summary } from "../lib/feed";
import { addStyle } from "../lib/foreign-style";
import { clock, dateTime } from "../lib/format";
import { useStore } from "../lib/store";
import { theme } from "../lib/theme";
import css from "./plot.module.css";

addStyle(uplotStyle);

export type PlotLine = { column: Column; label: string; colour: "--tide" | "--signal" };
export type PlotKind = {
  title: string;
  lines: PlotLine[];
  /** From the agent's unit to the one that is drawn. */
  scale: number;
  format: (value: number) => string;
  /** The same for round numbers at the axis. */
  axis?: (value: number) => string;
  /** The axis reaches at least so far. */
  least: number;
  /** Steps of the axis, where thousands are not the right ones. */
  steps?: number[];
};

const DAY_S = 24 * 60 * 60;
const AXIS = 62;

const drawn = (feed: Feed, kind: PlotKind): uPlot.AlignedData => [
  feed.points.at,
  ...kind.lines.map((l) => feed.points[l.column].map((v) => (v === null ? null : v * kind.scale))),
];

function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/**
 * The cursor goes from point to point: between two, or before the first, there is nothing to read. The
 * mouse points at a place, past which time flows; the keyboard at a moment, which the cursor follows.
 */
function toPoint(feed: Feed, u: uPlot, left: number, top: number): [number, number] {
  const at = left < 0 ? undefined : (feed.held ?? u.data[0][u.posToIdx(left)]);
  return at === undefined ? [left, top] : [u.valToPos(at, "x"), top];
}

/** Everything that hangs on one canvas; made anew when the theme changes. */
class Drawing {
  readonly plot: uPlot;
  #limit: number | undefined;

  constructor(
    pane: HTMLElement,
    private readonly kind: PlotKind,
    private readonly feed: Feed,
    private readonly onCursor: (index: number | undefined) => void,
  ) {
    this.plot = new uPlot(this.#options(pane), drawn(feed, kind), pane);
  }

  limit(bytes: number | undefined): void {
    if (bytes === this.#limit) return;
    this.#limit = bytes;
    this.update();
  }

  update(): void {
    this.plot.setData(drawn(this.feed, this.kind));
  }

  resize(width: number): void {
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: this.plot.height });
  }

  /** Puts the cursor of all charts on a point, or takes it away: for the keyboard. */
  point(index: number | undefined): void {
    const at = index === undefined ? undefined : this.feed.points.at[index];
    this.feed.held = at;
    const left = at === undefined ? -10 : this.plot.valToPos(at, "x");
    // The third argument, which the types leave out, tells the other charts as a mouse would.
    const move: (to: { left: number; top: number }, fire: boolean, tell: boolean) => void =
      this.plot.setCursor;
    move({ left, top: 0 }, true, true);
  }

  #options(pane: HTMLElement): uPlot.Options {
    const style = getComputedStyle(pane);
    const token = (name: string) => style.getPropertyValue(name).trim();
    const font = `12px ${style.fontFamily}`;
    const { kind, feed } = this;
    const axis: uPlot.Axis = {
      stroke: token("--text-3"),
      font,
      grid: { stroke: token("--line"), width: 1 },
      ticks: { show: false },
      border: { show: false },
    };
    return {
      width: Math.max(200, pane.clientWidth),
      height: 176,
      legend: { show: false },
      padding: [6, 8, 0, 0],
      cursor: {
        move: (u, left, top) => toPoint(feed, u, left, top),
        y: false,
        drag: { x: false, y: false },
        sync: { key: "stats" },
        points: { size: 7 },
      },
      scales: {
        x: {
          range: () => {
            const to = feed.points.at.at(-1) ?? Date.now() / 1000;
            return [to - feed.spanSeconds, to];
          },
        },
        y: {
          range: (_, __, most) => [0, Math.max(kind.least, this.#limit ?? 0, most ?? 0) * 1.08],
        },
      },
      axes: [
        {
          ...axis,
          space: 70,
          size: 26,
          values: (_, splits) => splits.map((s) => (feed.spanSeconds > DAY_S ? dayOf(s) : clock(s * 1000))),
        },
        {
          ...axis,
          space: 34,
          size: AXIS,
          gap: 8,
          ...(kind.steps && { incrs: kind.steps }),
          values: (_, splits) => splits.map((s) => (kind.axis ?? kind.format)(s)),
        },
      ],
      series: [
        {},
        ...kind.lines.map((line) => ({
          label: line.label,
          stroke: token(line.colour),
          width: 1.5,
          points: { show: false },
          spanGaps: false,
          fill: kind.lines.length === 1 ? `${token(line.colour)}2e` : undefined,
        })),
      ],
      hooks: {
        setCursor: [(u) => this.onCursor(u.cursor.idx ?? undefined)],
        draw: [(u) => this.#drawLimit(u, token("--amber"))],
      },
    };
  }

  #drawLimit(u: uPlot, colour: string): void {
    if (this.#limit === undefined) return;
    const y = u.valToPos(this.#limit, "y", true);
    u.ctx.save();
    u.ctx.strokeStyle = colour;
    u.ctx.lineWidth = devicePixelRatio;
    u.ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
    u.ctx.beginPath();
    u.ctx.moveTo(u.bbox.left, y);
    u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
    u.ctx.stroke();
    u.ctx.restore();
  }
}

function timeOf(seconds: number, span: number): string {
  return span > DAY_S
    ? dateTime(new Date(seconds * 1000).toISOString())
    : new Date(seconds * 1000).toLocaleTimeString("en-GB");
}

/** Says in words what the lines show: at the cursor, else now; and what the whole stretch was like. */
function write(
  figure: HTMLElement,
  kind: PlotKind,
  feed: Feed,
  cursor: number | undefined,
  limit: number | undefined,
): void {
  const { points, spanSeconds } = feed;
  const last = points.at.length - 1;
  const index = cursor ?? last;
  const value = (line: PlotLine, i: number) => {
    const v = points[line.column][i];
    return v === undefined || v === null ? "–" : kind.format(v * kind.scale);
  };
  const put = (element: Element | null, text: string) => {
    if (element && element.textContent !== text) element.textContent = text;
  };
  const values = figure.querySelectorAll("[data-part=value]");
  for (const [i, line] of kind.lines.entries()) put(values[i] ?? null, value(line, index));
  const when = cursor === undefined ? "" : timeOf(points.at[cursor] ?? 0, spanSeconds);
  put(figure.querySelector("[data-part=when]"), when);
  const words = kind.lines.map((line) => {
    const found = summary(points.at, points[line.column]);
    if (!found) return "";
    if (found.most === 0) return `${line.label}: none`;
    const name = kind.lines.length > 1 ? `${line.label}: average` : "Average";
    return `${name} ${kind.format(found.mean * kind.scale)}, highest ${kind.format(found.most * kind.scale)} at ${timeOf(found.when, spanSeconds)}`;
  });
  if (limit !== undefined) words.push(`Limit ${kind.format(limit)}`);
  put(figure.querySelector("[data-part=words]"), words.filter(Boolean).join(". "));
  const slider = figure.querySelector("[role=slider]");
  const said = kind.lines.map((line) => `${line.label} ${value(line, index)}`).join(", ");
  const attributes = {
    "aria-valuemax": String(Math.max(0, last)),
    "aria-valuenow": String(Math.max(0, index)),
    "aria-valuetext": last < 0 ? "no numbers" : `${timeOf(points.at[index] ?? 0, spanSeconds)}: ${said}`,
  };
  for (const [name, text] of Object.entries(attributes)) slider?.setAttribute(name, text);
}

const moves: Record<string, (index: number, last: number) => number> = {
  ArrowLeft: (i) => i - 1,
  ArrowRight: (i) => i + 1,
  PageUp: (i, last) => i - Math.ceil(last / 10),
  PageDown: (i, last) => i + Math.ceil(last / 10),
  Home: () => 0,
  End: (_, last) => last,
};

/** One chart. Its numbers never pass through React. */
export function Plot({ kind, feed, limit }: { kind: PlotKind; feed: Feed; limit?: number }) {
  const figure = useRef<HTMLElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(undefined);
  const cursor = useRef<number>(undefined);
  const limitNow = useRef(limit);
  limitNow.current = limit;
  const colours = useStore(theme);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a canvas takes the colours of the theme once
  useEffect(() => {
    if (!pane.current || !figure.current) return;
    const host = figure.current;
    const say = () => write(host, kind, feed, cursor.current, limitNow.current);
    const made = new Drawing(pane.current, kind, feed, (index) => {
      cursor.current = index;
      say();
    });
    made.limit(limitNow.current);
    drawing.current = made;
    const observer = new ResizeObserver((entries) =>
      made.resize(Math.floor(entries[0]?.contentRect.width ?? 0)),
    );
    observer.observe(pane.current);
    const leave = feed.subscribe(() => {
      made.update();
      say();
    });
    say();
    return () => {
      leave();
      observer.disconnect();
      made.plot.destroy();
      drawing.current = undefined;
    };
  }, [kind, feed, colours]);

  useEffect(() => {
    drawing.current?.limit(limit);
    if (figure.current) write(figure.current, kind, feed, cursor.current, limit);
  }, [kind, feed, limit]);

  const onKeyDown = (event: KeyboardEvent) => {
    const last = feed.points.at.length - 1;
    const move = moves[event.key];
    if (!move || last < 0) return;
    event.preventDefault();
    event.stopPropagation();
    drawing.current?.point(Math.min(last, Math.max(0, move(cursor.current ?? last, last))));
  };
  return (
    <figure className={css.figure} ref={figure}>
      <figcaption className={css.caption}>
        <h2>{kind.title}</h2>
        <span className={css.when} data-part="when" />
        {kind.lines.map((line) => (
          <span key={line.column} className={css.key}>
            <i style={{ background: `var(${line.colour})` }} />
            {kind.lines.length > 1 && <span>{line.label}</span>}
            <b data-part="value">–</b>
          </span>
        ))}
      </figcaption>
      <div
        ref={pane}
        className={css.pane}
        role="slider"
        tabIndex={0}
        aria-label={`${kind.title} over time`}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={0}
        aria-valuenow={0}
        aria-valuetext="no numbers"
        onKeyDown={onKeyDown}
        onPointerMove={(event) => {
          if (event.movementX || event.movementY) feed.held = undefined;
        }}
        onBlur={() => drawing.current?.point(undefined)}
      />
      <p className={css.words} data-part="words" />
    </figure>
  );
}
