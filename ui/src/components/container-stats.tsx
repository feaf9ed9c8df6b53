import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { healthQuery } from "../api/cache";
import { containerHistory, followStats, type HistoryRange } from "../api/stats";
import type { Container, ContainerStats } from "../api/types";
import { Feed } from "../lib/feed";
import { disk } from "../lib/format";
import { bits, memory, percent } from "../lib/load";
import { isStopped } from "../lib/status";
import ui from "../styles/controls.module.css";
import css from "./container-stats.module.css";
import { Plot, type PlotKind } from "./plot";
import { ErrorState } from "./states";

const HOUR_S = 3600;
const ranges: { value: HistoryRange; label: string; seconds: number; live: boolean }[] = [
  { value: "10m", label: "10 min", seconds: 600, live: true },
  { value: "1h", label: "1 hour", seconds: HOUR_S, live: true },
  { value: "24h", label: "24 hours", seconds: 24 * HOUR_S, live: false },
  { value: "7d", label: "7 days", seconds: 7 * 24 * HOUR_S, live: false },
  { value: "30d", label: "30 days", seconds: 30 * 24 * HOUR_S, live: false },
];
/** Longer ranges do not follow each second; they are read again so often. */
const REREAD_MS = 60_000;

const kinds: PlotKind[] = [
  {
    title: "Processor",
    lines: [{ column: "cpu", label: "Processor", colour: "--tide" }],
    scale: 1,
    format: percent,
    axis: (value) => `${Number(value.toFixed(1))}%`,
    least: 5,
  },
  {
    title: "Memory",
    lines: [{ column: "memory", label: "Memory", colour: "--tide" }],
    scale: 1,
    format: memory,
    least: 1 << 20,
    steps: Array.from({ length: 40 }, (_, i) => 2 ** (i + 10)),
  },
  {
    title: "Network",
    lines: [
      { column: "rx", label: "In", colour: "--tide" },
      { column: "tx", label: "Out", colour: "--signal" },
    ],
    scale: 8,
    format: (perSecond) => bits(perSecond / 8),
    least: 10_000,
  },
  {
    title: "Disk",
    lines: [
      { column: "read", label: "Read", colour: "--tide" },
      { column: "write", label: "Write", colour: "--signal" },
    ],
    scale: 1,
    format: (bytes) => `${disk(bytes)}/s`,
    least: 10_000,
  },
];

/** Live numbers of one container, and its recorded ones for the chosen range. */
function useFeed(id: string, range: HistoryRange) {
  const { seconds, live } = ranges.find((r) => r.value === range) ?? { seconds: 600, live: true };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another range or container begins a new feed
  const feed = useMemo(() => new Feed(seconds), [id, range]);
  const [limit, setLimit] = useState<number>();
  const history = useQuery({
    queryKey: ["stats", id, range],
    queryFn: ({ signal }) => containerHistory(id, range, signal),
    staleTime: 0,
    gcTime: 0,
    refetchInterval: live ? false : REREAD_MS,
  });
  useEffect(() => {
    if (history.data) feed.load(history.data);
  }, [feed, history.data]);
  useEffect(
    () =>
      followStats<ContainerStats>(`/api/containers/${encodeURIComponent(id)}/stats`, (sample) => {
        setLimit(sample.memoryLimitBytes);
        if (live) feed.append(sample);
      }),
    [feed, id, live],
  );
  return { feed, limit, history };
}

export default function ContainerStatsTab({ container: c }: { container: Container }) {
  const { range = "10m" } = useSearch({ from: "/app/containers/$id" });
  const navigate = useNavigate({ from: "/containers/$id" });
  const { data: health } = useQuery(healthQuery);
  const { feed, limit, history } = useFeed(c.id, range);
  const machine = health?.server?.memoryBytes;
  const own = limit !== undefined && machine !== undefined && limit < machine ? limit : undefined;
  const empty = history.data?.at.length === 0 && isStopped(c);
  return (
    <section className={css.stats} aria-label="Stats">
      <div className={css.top}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the segmented shape */}
        <div className={ui.seg} role="group" aria-label="Range">
          {ranges.map((r) => (
            <button
              key={r.value}
              type="button"
              aria-pressed={r.value === range}
              onClick={() =>
                void navigate({
                  search: (s) => ({ ...s, range: r.value === "10m" ? undefined : r.value }),
                  replace: true,
                  resetScroll: false,
                })
              }
            >
              {r.label}
            </button>
          ))}
        </div>
        <p className={css.note}>
          {isStopped(c)
            ? "It does not run, so no new numbers come."
            : "100% is one core, as docker stats counts."}
        </p>
      </div>
      {history.error && !history.data && (
        <ErrorState
          what="The recorded numbers could not be read"
          error={history.error}
          onRetry={() => void history.refetch()}
        />
      )}
      {empty && <p className={css.note}>Nothing was recorded in this time.</p>}
      <div className={css.grid}>
        {kinds.map((kind) => (
          <Plot key={kind.title} kind={kind} feed={feed} limit={kind.title === "Memory" ? own : undefined} />
        ))}
      </div>
    </section>
  );
}
