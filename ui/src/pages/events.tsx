import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { AuditChain } from "../components/audit-chain";
import { AuditList } from "../components/audit-list";
import { EventFilters } from "../components/event-filters";
import { History } from "../components/history";
import { FilterField, Segments } from "../components/list-head";
import { OperationDialog } from "../components/operation-dialog";
import type { EventsSearch } from "../router";
import css from "./events.module.css";

/** What happened, and who changed what. View, filters and an open operation are in the address. */
export default function Events() {
  const { tab, operation, q, ...filter } = useSearch({ from: "/app/events" });
  const navigate = useNavigate({ from: "/events" });
  const set = (change: EventsSearch) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });
  const audit = tab === "audit";
  const clear = () => set({ q: undefined, app: undefined, kind: undefined, actor: undefined });

  useEffect(() => {
    document.title = `${audit ? "Audit" : "Events"} · Harbourmaster`;
  }, [audit]);

  return (
    <>
      <header className={css.head}>
        <h1>Events</h1>
        <Segments
          label="View"
          value={audit ? "audit" : "timeline"}
          options={[
            { value: "timeline", label: "Timeline" },
            { value: "audit", label: "Audit" },
          ]}
          onChange={(v) =>
            set({
              tab: v === "audit" ? "audit" : undefined,
              app: undefined,
              kind: undefined,
              actor: undefined,
            })
          }
        />
        <span className={css.space} />
        {!audit && <EventFilters filter={filter} onChange={(change) => set(change as typeof filter)} />}
        <FilterField
          label={audit ? "Filter the audit log" : "Filter events"}
          q={q}
          onFilter={(text) => set({ q: text })}
          className={css.filter}
        />
      </header>
      {audit ? (
        <>
          <AuditChain />
          <AuditList query={q ?? ""} onClear={clear} />
        </>
      ) : (
        <History filter={{ ...filter, q }} onClear={clear} />
      )}
      {operation && <OperationDialog id={operation} onClose={() => set({ operation: undefined })} />}
    </>
  );
}
