import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { auditQuery } from "../api/timeline";
import type { AuditEntry } from "../api/types";
import { dateTime } from "../lib/format";
import { holdsAll } from "../lib/match";
import ui from "../styles/controls.module.css";
import css from "./audit-list.module.css";
import { EmptyState, ErrorState, Skeleton } from "./states";

function outcome(e: AuditEntry): string {
  if (e.phase === "before") return "no end recorded";
  return e.outcome === "ok" ? "done" : (e.code ?? e.outcome ?? "");
}

function Row({ entry: e }: { entry: AuditEntry }) {
  return (
    <tr>
      <td>{dateTime(e.at)}</td>
      <td>
        <code>{e.action}</code>
      </td>
      <td className={css.target}>{e.target}</td>
      <td>
        {e.user} <span className={css.dim}>{e.remote}</span>
      </td>
      <td data-bad={e.code !== undefined || e.outcome === "failed" || undefined}>
        {outcome(e)}
        {e.durationMs !== undefined && <span className={css.dim}> {e.durationMs} ms</span>}
      </td>
    </tr>
  );
}

/** Who changed what, as the audit log has it: newest first, older pages on demand. */
export function AuditList({ query, onClear }: { query: string; onClear: () => void }) {
  const [pages, setPages] = useState(1);
  const { data, error, refetch, isFetching } = useQuery(auditQuery(pages));
  const entries = useMemo(() => {
    const all = data?.entries ?? [];
    // An action's line before it says nothing its line after does not, unless there is none.
    const ended = new Set(all.filter((e) => e.phase === "after").map((e) => e.requestId));
    return all
      .filter((e) => e.phase === "after" || !ended.has(e.requestId))
      .filter((e) => holdsAll(query, [e.action, e.target, e.user, e.remote]));
  }, [data, query]);

  if (!data && error) {
    return <ErrorState what="The audit log could not be read" error={error} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton width="100%" height={240} />;
  return (
    <>
      {entries.length === 0 &&
        (query ? (
          <EmptyState
            text={
              data.more
                ? `Nothing matches “${query}” in the newest ${data.entries.length} lines.`
                : `Nothing matches “${query}”.`
            }
          >
            <button type="button" className={ui.btn} onClick={onClear}>
              Clear
            </button>
          </EmptyState>
        ) : (
          <EmptyState text="Nothing has been changed yet." />
        ))}
      {entries.length > 0 && (
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
                <Row key={e.seq} entry={e} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data.more && (
        <button type="button" className={ui.btn} disabled={isFetching} onClick={() => setPages(pages + 1)}>
          {isFetching ? "Reading" : "Show older"}
        </button>
      )}
    </>
  );
}
