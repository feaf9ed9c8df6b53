import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Container } from "../api/types";
import type { Pattern } from "./pattern";
import type { LogPart } from "./read";
import { LogRows, type RowFilter } from "./rows";
import { LogSource } from "./source";
import { MAX_LINES } from "./store";

/** The logs of some containers, read while this is on the page. Together they keep no more lines than one would. */
export function useLogSources(containers: readonly Container[], part: LogPart): LogSource[] {
  const [sources, setSources] = useState<LogSource[]>([]);
  const latest = useRef(containers);
  latest.current = containers;
  const key = JSON.stringify([part, containers.map((c) => c.name)]);

  useEffect(() => {
    const [wanted, names] = JSON.parse(key) as [LogPart, string[]];
    const made = names.map(() => new LogSource(wanted, Math.floor(MAX_LINES / Math.max(1, names.length))));
    setSources(made);
    return () => {
      for (const source of made) source.close();
    };
  }, [key]);

  const runs = containers.map((c) => `${c.id} ${c.startedAt ?? ""}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `runs` says when there is more to read
  useEffect(() => {
    for (const [i, source] of sources.entries()) {
      const container = latest.current[i];
      if (container) source.read(container);
    }
  }, [sources, runs]);
  return sources.length === containers.length ? sources : none;
}
const none: LogSource[] = [];

/** Searches all of them; a moment after the last key, so that not every letter is a search. */
export function useSearch(sources: readonly LogSource[], pattern: Pattern | undefined): void {
  useEffect(() => {
    const timer = setTimeout(
      () => {
        for (const { index } of sources) if (index.pattern !== pattern) index.search(pattern);
      },
      pattern ? 120 : 0,
    );
    return () => clearTimeout(timer);
  }, [sources, pattern]);
}

/** Calls back after news of any source, at most once per frame, and once at the beginning: it may have missed some. */
export function useNews(sources: readonly LogSource[], active: boolean, read: () => void): void {
  useEffect(() => {
    if (!active) return;
    let frame = requestAnimationFrame(draw);
    function draw() {
      frame = 0;
      read();
    }
    const soon = () => {
      frame ||= requestAnimationFrame(draw);
    };
    const stops = sources.map((s) => s.subscribe(soon));
    return () => {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
    };
  }, [sources, active, read]);
}

/**
 * The rows of a view, drawn at most once per frame however fast lines come, and not at all while nobody sees them.
 */
export function useLogRows(
  sources: readonly LogSource[],
  filter: RowFilter,
  active: boolean,
): { rows: LogRows; version: number } {
  const [version, setVersion] = useState(0);
  const rows = useMemo(() => new LogRows(sources), [sources]);
  useMemo(() => rows.setFilter(filter), [rows, filter]);
  const read = useCallback(() => {
    rows.update();
    setVersion((v) => v + 1);
  }, [rows]);

  useNews(sources, active, read);
  return { rows, version };
}
