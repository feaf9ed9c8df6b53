import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Container } from "../api/types";
import { keyIsTaken, singleKeys } from "../lib/keys";
import { type Command, commandOf } from "../lib/shortcuts";
import { useStore } from "../lib/store";
import { addToast } from "../lib/toast";
import type { Level } from "./levels";
import { LogBar } from "./log-bar";
import { LogPane, type LogPaneHandle, type PaneState } from "./log-pane";
import css from "./log-panel.module.css";
import { changeOptions, logOptions } from "./options";
import { type Pattern, patternProblem } from "./pattern";
import type { LogPart } from "./read";
import type { RowFilter } from "./rows";
import { useLogSources, useSearch } from "./use-logs";

type Props = {
  containers: readonly Container[];
  /** Somebody can see it. */
  active?: boolean;
  /** Where the bar goes when not above the log: the head of the dock. */
  slot?: HTMLElement | null;
  /** Asks for other containers beside these. Absent: it is about one. */
  onContainers?: (names: string[]) => void;
};

const noQuery: Pattern = { text: "", regex: false, matchCase: false };
const standard: LogPart = { tail: 1000 };

/** Logs of one to four containers with all that one does to them. */
export default function LogPanel({ containers, active = true, slot, onContainers }: Props) {
  const options = useStore(logOptions);
  const [part, setPart] = useState<LogPart>(standard);
  const [query, setQuery] = useState(noQuery);
  const [onlyHits, setOnlyHits] = useState(false);
  const [levels, setLevels] = useState<ReadonlySet<Level>>();
  const [merged, setMerged] = useState(false);
  const [follow, setFollow] = useState(true);
  const [states, setStates] = useState<readonly (PaneState | undefined)[]>([]);
  const [focused, setFocused] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const panes = useRef<(LogPaneHandle | null)[]>([]);

  const sources = useLogSources(containers, part);
  const invalid = query.text === "" ? undefined : patternProblem(query);
  const pattern = useMemo(() => (query.text === "" || invalid ? undefined : query), [query, invalid]);
  useSearch(sources, pattern);
  const filter = useMemo<RowFilter>(
    () => ({ levels, onlyHits: onlyHits && pattern !== undefined }),
    [levels, onlyHits, pattern],
  );

  const names = containers.map((c) => c.name);
  const together = merged && sources.length > 1;
  const groups = useMemo(() => (together ? [sources] : sources.map((s) => [s])), [together, sources]);
  const at = Math.min(focused, groups.length - 1);
  const pane = () => panes.current[at];
  const onState = useCallback(
    (i: number, state: PaneState) =>
      setStates((old) => {
        const next = old.slice();
        next[i] = state;
        return next;
      }),
    [],
  );

  const seek = (time: Date) => {
    const micros = time.getTime() * 1000;
    const found = groups.map((_, i) => panes.current[i]?.seek(micros));
    if (found.every((f) => f === false)) {
      // It lies before what is loaded: read from there on.
      setFollow(false);
      setPart({ since: time.toISOString() });
      addToast({ kind: "good", title: "Reading the log from there" });
    }
  };

  const commands: Record<Command<"logs">, () => void> = {
    follow: () => setFollow(!follow),
    wrap: () => changeOptions({ wrap: !options.wrap }),
    next: () => pane()?.go(1),
    previous: () => pane()?.go(-1),
    first: () => pane()?.toStart(),
    last: () => setFollow(true),
    json: () => pane()?.open(),
    search: () => field.current?.focus(),
  };

  const onKey = (event: KeyboardEvent) => {
    if (!singleKeys.get() || keyIsTaken(event)) return;
    const command = commandOf("logs", event.key);
    if (!command) return;
    // The page has other meanings for some of these.
    event.preventDefault();
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
    commands[command]();
  };

  const bar = (
    <LogBar
      field={field}
      query={query}
      onQuery={setQuery}
      onlyHits={onlyHits}
      onOnlyHits={setOnlyHits}
      state={states[at]}
      problem={invalid ?? states[at]?.problem}
      onGo={(step) => pane()?.go(step)}
      containers={containers}
      sources={sources}
      levels={levels}
      onLevels={setLevels}
      follow={follow}
      onFollow={setFollow}
      part={part}
      onPart={(next) => {
        setFollow(true);
        setPart(next);
      }}
      merged={sources.length > 1 ? merged : undefined}
      onMerged={setMerged}
      onSeek={seek}
      onContainers={onContainers}
      onKeyDown={onKey}
      compact={slot !== undefined}
    />
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach it from the log and its controls
    <div className={css.panel} data-docked={slot !== undefined || undefined} onKeyDown={onKey}>
      {slot === undefined ? bar : slot && active && createPortal(bar, slot)}
      <div className={css.panes}>
        {groups.map((group, i) => (
          <LogPane
            key={together ? "merged" : names[i]}
            ref={(handle) => {
              panes.current[i] = handle;
            }}
            sources={group}
            names={together ? names : [names[i] ?? ""]}
            titled={groups.length > 1}
            filter={filter}
            pattern={pattern}
            follow={follow}
            onFollow={setFollow}
            active={active}
            onState={(state) => onState(i, state)}
            onFocus={() => setFocused(i)}
          />
        ))}
      </div>
    </div>
  );
}
