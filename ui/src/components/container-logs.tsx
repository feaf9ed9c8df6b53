import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { ApiError, isAbort, messageOf } from "../api/errors";
import type { Container } from "../api/types";
import { keyIsTaken } from "../lib/keys";
import { recall, remember } from "../lib/local";
import { LogStore } from "../lib/log-store";
import { type LogPhase, readLog } from "../lib/log-stream";
import { useLogSearch } from "../lib/use-log-search";
import ui from "../styles/controls.module.css";
import css from "./container-logs.module.css";
import { Icon } from "./icon";
import { LogView, type LogViewHandle, useLogVersion } from "./log-view";

const RETRY_MS = 1000;
const TAILS = [1000, 10_000, 100_000] as const;

type LogOptions = { times: boolean; wrap: boolean };

function useLog(container: Container, tail: number): { store: LogStore; phase: LogPhase; again: () => void } {
  const [store, setStore] = useState(() => new LogStore());
  const [phase, setPhase] = useState<LogPhase>({ kind: "reading" });
  const [attempt, setAttempt] = useState(0);
  const readTail = useRef(tail);
  const { id, startedAt } = container;

  // A longer tail starts over; the lines before those already here cannot be put in front of them.
  useEffect(() => {
    if (readTail.current === tail) return;
    readTail.current = tail;
    setStore(new LogStore());
  }, [tail]);

  // A new start of the container is a new stretch of the same log.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `startedAt` and `attempt` say when to read on
  useEffect(() => {
    const control = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setPhase({ kind: "reading" });
    readLog(id, store, readTail.current, control.signal).then(
      () => !control.signal.aborted && setPhase({ kind: "ended" }),
      (error: unknown) => {
        if (isAbort(error) || control.signal.aborted) return;
        setPhase({ kind: "broken", error });
        // A refusal stays one; a broken connection is worth another try, from the last line on.
        if (!(error instanceof ApiError)) timer = setTimeout(() => setAttempt((n) => n + 1), RETRY_MS);
      },
    );
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [id, startedAt, attempt, store]);

  return { store, phase, again: useCallback(() => setAttempt((n) => n + 1), []) };
}

function download(store: LogStore, name: string, times: boolean): void {
  const url = URL.createObjectURL(store.text(times));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.log`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export default function ContainerLogs({ container }: { container: Container }) {
  const [tail, setTail] = useState<number>(TAILS[0]);
  const { store, phase, again } = useLog(container, tail);
  const [options, setOptions] = useState<LogOptions>(() => recall("logs", { times: true, wrap: false }));
  const [follow, setFollow] = useState(true);
  const [query, setQuery] = useState("");
  const view = useRef<LogViewHandle>(null);
  const field = useRef<HTMLInputElement>(null);
  const wanted = useRef<1 | -1>(undefined);
  const version = useLogVersion(store);
  const search = useLogSearch(store, query, version);

  const change = (part: Partial<LogOptions>) => {
    const next = { ...options, ...part };
    setOptions(next);
    remember("logs", next);
  };

  const go = (step: 1 | -1) => {
    const line = search.move(step);
    // Enter often comes before the first hit is found; it then goes there as soon as it is.
    wanted.current = line === undefined && query !== "" ? step : undefined;
    if (line === undefined) return;
    setFollow(false);
    view.current?.show(line - store.dropped);
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only the arrival of hits matters
  useEffect(() => {
    if (wanted.current && search.hits.length > 0) go(wanted.current);
  }, [search.hits.length]);

  const toStart = () => {
    setFollow(false);
    view.current?.show(0);
  };

  const onKey = (event: KeyboardEvent) => {
    if (keyIsTaken(event)) return;
    const keys = new Map<string, () => void>([
      ["f", () => setFollow(!follow)],
      ["w", () => change({ wrap: !options.wrap })],
      ["n", () => go(1)],
      ["N", () => go(-1)],
      ["/", () => field.current?.focus()],
      ["Home", toStart],
      ["End", () => setFollow(true)],
    ]);
    const run = keys.get(event.key);
    if (!run) return;
    // The page has other meanings for some of these.
    event.preventDefault();
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
    run();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach it from the log and its controls
    <div className={css.logs} onKeyDown={onKey}>
      <div className={css.bar}>
        <label className={`${ui.search} ${css.search}`}>
          <Icon name="search" size={15} />
          <input
            ref={field}
            type="search"
            data-filter
            aria-label="Search the log"
            placeholder="Search"
            value={query}
            onChange={(e) => setQuery(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === "Enter") go(e.shiftKey ? -1 : 1);
              if (e.key === "Escape") setQuery("");
            }}
          />
          {query && (
            <span className={ui.num} role="status">
              {search.hits.length === 0
                ? search.busy
                  ? "…"
                  : "none"
                : `${search.position} of ${search.hits.length}`}
            </span>
          )}
        </label>
        <span className={css.space} />
        <label className={ui.check}>
          <input type="checkbox" checked={follow} onChange={(e) => setFollow(e.target.checked)} />
          Follow
        </label>
        <label className={ui.check}>
          <input
            type="checkbox"
            checked={options.wrap}
            onChange={(e) => change({ wrap: e.target.checked })}
          />
          Wrap
        </label>
        <label className={ui.check}>
          <input
            type="checkbox"
            checked={options.times}
            onChange={(e) => change({ times: e.target.checked })}
          />
          Times
        </label>
        <select
          className={css.tail}
          aria-label="How much to read"
          value={tail}
          onChange={(e) => setTail(Number(e.target.value))}
        >
          {TAILS.map((n) => (
            <option key={n} value={n}>
              Last {n.toLocaleString("en")}
            </option>
          ))}
        </select>
        <button
          type="button"
          className={ui.icon}
          aria-label="Download"
          title="Download what is loaded"
          onClick={() => download(store, container.name, options.times)}
        >
          <Icon name="download" size={17} />
        </button>
      </div>
      <LogView
        ref={view}
        store={store}
        version={version}
        follow={follow}
        onFollow={setFollow}
        times={options.times}
        wrap={options.wrap}
        query={query}
        current={search.current}
        label={`Log of ${container.name}`}
      />
      <p className={css.foot} role="status">
        {phase.kind === "broken" ? (
          <>
            <span data-bad>{messageOf(phase.error)}</span>
            <button type="button" className={ui.link} onClick={again}>
              Try again
            </button>
          </>
        ) : store.length === 0 ? (
          phase.kind === "reading" ? (
            "Nothing logged yet."
          ) : (
            "Nothing was logged."
          )
        ) : phase.kind === "ended" ? (
          "End of the log. It goes on when the container runs again."
        ) : (
          `${(store.length + store.dropped).toLocaleString("en")} lines${follow ? ", following" : ""}`
        )}
      </p>
    </div>
  );
}
