import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { activityQuery, auditQuery } from "../api/cache";
import { Icon } from "../components/icon";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import { Timeline } from "../components/timeline";
import { dateTime } from "../lib/format";
import type { eventKinds } from "../router";
import ui from "../styles/controls.module.css";
import css from "./events.module.css";

const kindWords: Record<(typeof eventKinds)[number], string> = {
  container: "Containers",
  image: "Images",
  operation: "Operations",
  session: "Sessions",
  engine: "Docker",
};

function AuditList({ query }: { query: string }) {
  const [pages, setPages] = useState(1);
  const { data, error, refetch } = useQuery(auditQuery(pages));
  const entries = useMemo(() => {
    const all = data?.entries ?? [];
    // An action's line before it says nothing its line after does not, unless there is none.
    const ended = new Set(all.filter((e) => e.phase === "after").map((e) => e.requestId));
    return all
      .filter((e) => e.phase === "after" || !ended.has(e.requestId))
      .filter((e) => !query || `${e.action} ${e.target} ${e.user} ${e.remote}`.toLowerCase().includes(query));
  }, [data, query]);

  if (!data && error) {
    return <ErrorState what="The audit log could not be read" error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton width="100%" height={240} />;
  if (entries.length === 0) {
    return <EmptyState text={query ? `Nothing matches “${query}”.` : "Nothing has been changed yet."} />;
  }
  return (
    <>
      <div className={css.frame}>
        <table className={css.audit} aria-label="Audit log">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Action</th>
              <th scope="col">On</th>
              <th scope="col">Who</th>
              <th scope="col">Outcome</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((e) => (
              <tr key={e.seq}>
                <td>{dateTime(e.at)}</td>
                <td>
                  <code>{e.action}</code>
                </td>
                <td className={css.target}>{e.target}</td>
                <td>
                  {e.user} <span className={css.dim}>{e.remote}</span>
                </td>
                <td data-bad={e.code !== undefined || e.outcome === "failed" || undefined}>
                  {e.phase === "before"
                    ? "no end recorded"
                    : e.outcome === "ok"
                      ? "done"
                      : (e.code ?? e.outcome)}
                  {e.durationMs !== undefined && <span className={css.dim}> {e.durationMs} ms</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.more && (
        <button type="button" className={ui.btn} onClick={() => setPages(pages + 1)}>
          Show older
        </button>
      )}
    </>
  );
}

export default function Events() {
  const search = useSearch({ from: "/app/events" });
  const navigate = useNavigate({ from: "/events" });
  const { data = [] } = useQuery(activityQuery);
  const query = (search.q ?? "").toLowerCase();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });

  useEffect(() => {
    document.title = "Events · Harbourmaster";
  }, []);

  const shown = useMemo(
    () =>
      data
        .filter((a) => !search.kind || a.kind === search.kind)
        .filter((a) => !query || `${a.subject} ${a.text} ${a.detail ?? ""}`.toLowerCase().includes(query)),
    [data, search.kind, query],
  );
  const audit = search.tab === "audit";
  return (
    <>
      <header className={css.head}>
        <h1>Events</h1>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the segmented shape */}
        <div className={ui.seg} role="group" aria-label="View">
          <button type="button" aria-pressed={!audit} onClick={() => set({ tab: undefined })}>
            Timeline
          </button>
          <button type="button" aria-pressed={audit} onClick={() => set({ tab: "audit", kind: undefined })}>
            Audit
          </button>
        </div>
        <span className={css.space} />
        {!audit && (
          <select
            className={css.kind}
            aria-label="Kind"
            value={search.kind ?? ""}
            onChange={(e) => set({ kind: (e.target.value || undefined) as typeof search.kind })}
          >
            <option value="">Every kind</option>
            {Object.entries(kindWords).map(([value, word]) => (
              <option key={value} value={value}>
                {word}
              </option>
            ))}
          </select>
        )}
        <label className={`${ui.search} ${css.filter}`}>
          <Icon name="filter" size={16} />
          <input
            type="search"
            data-filter
            aria-label="Filter events"
            placeholder="Filter"
            value={search.q ?? ""}
            onChange={(e) => set({ q: e.target.value || undefined })}
            onKeyDown={(e) => e.key === "Escape" && set({ q: undefined })}
          />
          {!search.q && <kbd>/</kbd>}
        </label>
      </header>
      {audit ? (
        <AuditList query={query} />
      ) : shown.length > 0 ? (
        <div className={css.timeline}>
          <Timeline activities={shown} wide />
        </div>
      ) : data.length > 0 ? (
        <EmptyState text={search.q ? `Nothing matches “${search.q}”.` : "Nothing of this kind."}>
          <button type="button" className={ui.btn} onClick={() => set({ q: undefined, kind: undefined })}>
            Clear
          </button>
        </EmptyState>
      ) : (
        <EmptyState text="What happens to your containers shows here." />
      )}
    </>
  );
}
