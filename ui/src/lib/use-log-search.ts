import { useEffect, useRef, useState } from "react";
import type { SearchReply, SearchRequest } from "./log-search";
import { CHUNK_LINES, type LogStore } from "./log-store";

export type LogSearch = {
  /** Line numbers counted from the first line ever read, so that dropped lines do not shift them. */
  hits: number[];
  /** One-based place of the current hit, for people. */
  position: number;
  current: number | undefined;
  busy: boolean;
  /** Goes to the next or the previous hit and returns its line. */
  move: (step: 1 | -1) => number | undefined;
};

/** Searches what is loaded in a worker, one chunk at a time; new lines are searched as they come. */
export function useLogSearch(store: LogStore, query: string, version: number): LogSearch {
  const [hits, setHits] = useState<number[]>([]);
  const [at, setAt] = useState(-1);
  const [busy, setBusy] = useState(false);
  const worker = useRef<Worker>(undefined);
  const job = useRef(0);
  const done = useRef(0);
  const running = useRef(false);

  useEffect(() => () => worker.current?.terminate(), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another query or log starts over
  useEffect(() => {
    job.current++;
    done.current = 0;
    running.current = false;
    setHits([]);
    setAt(-1);
  }, [query, store]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that there may be more to search
  useEffect(() => {
    if (!query || running.current || done.current >= store.length + store.dropped) return;
    const mine = job.current;
    const timer = setTimeout(
      () => {
        worker.current ??= new Worker(new URL("./log-search.worker.ts", import.meta.url), { type: "module" });
        const w = worker.current;
        running.current = true;
        setBusy(true);
        const next = () => {
          const chunks = store.chunks();
          const from = Math.max(done.current, store.dropped);
          const index = Math.floor((from - store.dropped) / CHUNK_LINES);
          const chunk = chunks[index];
          const base = store.dropped + index * CHUNK_LINES;
          if (!chunk || from >= base + chunk.lines) {
            running.current = false;
            setBusy(false);
            return;
          }
          const request: SearchRequest = { job: mine, base, chunk, query, fromLine: from - base };
          const upTo = base + chunk.lines;
          w.onmessage = ({ data }: MessageEvent<SearchReply>) => {
            if (data.job !== job.current) return;
            done.current = upTo;
            if (data.hits.length > 0) setHits((old) => [...old, ...data.hits]);
            next();
          };
          // Posting copies the bytes, so the open chunk may go on growing meanwhile.
          w.postMessage({ ...request, chunk: { ...chunk, bytes: chunk.bytes.slice() } });
        };
        next();
      },
      done.current === 0 ? 120 : 400,
    );
    return () => clearTimeout(timer);
  }, [query, store, version]);

  const move = (step: 1 | -1) => {
    if (hits.length === 0) return undefined;
    const to = at < 0 ? (step === 1 ? 0 : hits.length - 1) : (at + step + hits.length) % hits.length;
    setAt(to);
    return hits[to];
  };
  return { hits, position: at + 1, current: at < 0 ? undefined : hits[at], busy, move };
}
