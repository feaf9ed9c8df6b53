import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { messageOf } from "../api/errors";
import ui from "../styles/controls.module.css";
import css from "./log-pane.module.css";
import { LogView, type LogViewHandle } from "./log-view";
import type { Pattern } from "./pattern";
import type { RowFilter } from "./rows";
import type { LogSource } from "./source";
import { useLogRows } from "./use-logs";

/** What the bar above needs to know about a pane. */
export type PaneState = {
  hits: number;
  /** One-based place of the current hit; 0 before one was chosen. */
  position: number;
  busy: boolean;
  problem?: string;
};

export type LogPaneHandle = {
  /** Goes to the next hit or the one before; as soon as there is one. */
  go: (step: 1 | -1) => void;
  toStart: () => void;
  /** Goes to a time in microseconds. False when it lies before what is loaded. */
  seek: (time: number) => boolean;
  /** Lays out the current line, or the first that can be seen. */
  open: () => void;
  focus: () => void;
};

type Props = {
  ref?: Ref<LogPaneHandle>;
  sources: readonly LogSource[];
  names: readonly string[];
  /** Show whose lines they are above them. */
  titled: boolean;
  filter: RowFilter;
  pattern: Pattern | undefined;
  follow: boolean;
  onFollow: (follow: boolean) => void;
  active: boolean;
  onState: (state: PaneState) => void;
  onFocus: () => void;
};

const comma = (n: number) => n.toLocaleString("en");

/** One log, or several merged by time, with its state beneath. */
export function LogPane(props: Props) {
  const { ref, sources, names, titled, filter, pattern, follow, onFollow, active, onState, onFocus } = props;
  const { rows, version } = useLogRows(sources, filter, active);
  const [current, setCurrent] = useState<number>();
  const view = useRef<LogViewHandle>(null);
  const wanted = useRef<1 | -1>(undefined);

  // Until the search has begun, what is there was found by the one before.
  const begun = sources.every(({ index }) => index.pattern === pattern);
  const hits = begun ? rows.hitCount : 0;
  const searching = sources.some(({ index, store }) => !index.problem && index.hitsTo < store.end);
  const busy = pattern !== undefined && (!begun || searching);
  const problem = sources.find((s) => s.index.problem)?.index.problem;
  const at = current === undefined ? -1 : rows.hitAt(current);
  const position = at >= 0 && rows.hit(at) === current ? at + 1 : 0;

  const go = (step: 1 | -1) => {
    // Enter often comes before the first hit is found; it then goes there as soon as it is.
    wanted.current = hits === 0 ? step : undefined;
    if (hits === 0) return;
    const here = current ?? (follow && step === 1 ? rows.first : (view.current?.top() ?? rows.first));
    const found = rows.hitAt(here);
    const on = rows.hit(found) === here && current !== undefined;
    const next = step === 1 ? (on ? found + 1 : found) : found - 1;
    const place = rows.hit((next + hits) % hits);
    if (place === undefined) return;
    setCurrent(place);
    onFollow(false);
    view.current?.show(place);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of hits matters
  useEffect(() => {
    if (wanted.current && hits > 0) go(wanted.current);
  }, [hits > 0]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another search, another log
  useEffect(() => {
    setCurrent(undefined);
    wanted.current = undefined;
  }, [pattern, sources]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the callback is made anew each time
  useEffect(() => onState({ hits, position, busy, problem }), [hits, position, busy, problem]);

  useImperativeHandle(ref, () => ({
    go,
    toStart: () => {
      onFollow(false);
      view.current?.show(rows.first);
    },
    seek: (time) => {
      const place = rows.seek(time);
      const early = place === rows.first && rows.end > rows.first && time < rows.timeOf(place);
      if (early) return false;
      onFollow(false);
      view.current?.show(place);
      return true;
    },
    open: () => view.current?.open(current ?? view.current.top()),
    focus: () => view.current?.focus(),
  }));

  return (
    <section className={css.pane} onFocus={onFocus} aria-label={names.join(", ")}>
      {titled && (
        <h3 className={css.title}>
          {names.join(", ")}
          {pattern && <span>{hits === 0 ? "no hits" : `${comma(hits)} ${hits === 1 ? "hit" : "hits"}`}</span>}
        </h3>
      )}
      <LogView
        ref={view}
        rows={rows}
        version={version}
        follow={follow}
        onFollow={onFollow}
        pattern={pattern}
        current={current}
        names={names.length > 1 ? names : undefined}
        label={`Log of ${names.join(", ")}`}
      />
      <Foot sources={sources} rows={rows.count} filtered={rows.filtered} follow={follow} />
    </section>
  );
}

type FootProps = { sources: readonly LogSource[]; rows: number; filtered: boolean; follow: boolean };

function Foot({ sources, rows, filtered, follow }: FootProps) {
  const broken = sources.find((s) => s.phase.kind === "broken");
  const loading = sources.filter((s) => s.phase.kind === "loading");
  const stopped = sources.filter((s) => s.phase.kind === "stopped");
  const total = sources.reduce((sum, s) => sum + s.store.end, 0);
  const dropped = sources.reduce((sum, s) => sum + s.store.first, 0);
  return (
    <div className={css.foot}>
      {loading.length > 0 && total > 0 && <Progress sources={loading} />}
      <p role="status">
        {broken?.phase.kind === "broken" ? (
          <>
            <span data-bad>{messageOf(broken.phase.error)}</span>
            <FootButton label="Try again" onClick={() => broken.again()} />
          </>
        ) : (
          words({
            loading: loading.length > 0,
            stopped: stopped.length > 0,
            ended: sources.every((s) => s.phase.kind === "ended"),
            total,
            follow,
          })
        )}
        {filtered && total > 0 && <span>{comma(rows)} shown</span>}
        {dropped > 0 && <span>the newest {comma(total - dropped)} kept</span>}
      </p>
      {loading.length > 0 && total > 0 && (
        <FootButton label="Stop" onClick={() => each(loading, (s) => s.stopLoading())} />
      )}
      {stopped.length > 0 && <FootButton label="Read on" onClick={() => each(stopped, (s) => s.again())} />}
    </div>
  );
}

function each(sources: readonly LogSource[], act: (source: LogSource) => void): void {
  for (const source of sources) act(source);
}

function FootButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={ui.link} onClick={onClick}>
      {label}
    </button>
  );
}

type Words = { loading: boolean; stopped: boolean; ended: boolean; total: number; follow: boolean };

function words(s: Words): string {
  if (s.total === 0) return s.ended ? "Nothing was logged." : "Nothing logged yet.";
  if (s.loading) return `Reading, ${comma(s.total)} lines so far`;
  if (s.stopped) return `Stopped at ${comma(s.total)} lines`;
  if (s.ended) return `${comma(s.total)} lines. End of the log; it goes on when the container runs again.`;
  return `${comma(s.total)} ${s.total === 1 ? "line" : "lines"}${s.follow ? ", following" : ""}`;
}

/** How much of what was asked for is there; without a number that is not known. */
function Progress({ sources }: { sources: readonly LogSource[] }) {
  const wanted = sources.reduce((sum, s) => sum + (s.part.tail ?? Number.NaN), 0);
  const have = sources.reduce((sum, s) => sum + s.store.end, 0);
  return (
    <progress aria-label="Reading the log" max={1} value={Number.isNaN(wanted) ? undefined : have / wanted} />
  );
}
