import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useContainers, useEngine, useOperations } from "../api/cache";
import { messageOf } from "../api/errors";
import { type Applied, type ContainerUpdate, checkUpdates, updateOf, updatesQuery } from "../api/updates";
import { Icon } from "../components/icon";
import { ListHead, Segments } from "../components/list-head";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import wizard from "../forms/wizard.module.css";
import { useNow } from "../lib/format";
import { holdsAll } from "../lib/match";
import { clearSelection, selection } from "../lib/selection";
import { useStore } from "../lib/store";
import type { UpdatesSearch } from "../router";
import page from "../store/cards.module.css";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import { AppliedNotice, ApplyDialog } from "../updates/apply";
import { Row } from "../updates/row";
import { byUrgency, type Group, groupOf, summaryOf } from "../updates/words";

const emptyWords: Record<Group, string> = {
  ready: "Nothing is ready to be updated.",
  held: "Nothing is held back.",
  other: "Of every container it is known whether something newer is there.",
};

/** What there is to see: containers, or in their place what stands in the way of seeing any. */
function Body({
  shown,
  all,
  search,
  clear,
}: {
  shown: readonly ContainerUpdate[];
  all: readonly ContainerUpdate[];
  search: UpdatesSearch;
  clear: () => void;
}) {
  const operations = useOperations();
  if (all.length === 0) {
    return (
      <EmptyState text="There is no container on this server yet, so there is nothing to update.">
        <Link to="/new" className={ui.primary}>
          New container
        </Link>
      </EmptyState>
    );
  }
  if (shown.length === 0) {
    return (
      <EmptyState
        text={search.q ? `Nothing matches “${search.q}”.` : search.show ? emptyWords[search.show] : ""}
      >
        <button type="button" className={ui.btn} onClick={clear}>
          {search.q ? "Clear" : "Show all"}
        </button>
      </EmptyState>
    );
  }
  return (
    <div className={list.frame}>
      <table className={list.table} aria-label="Updates">
        <thead>
          <tr>
            <th scope="col">Container</th>
            <th scope="col">Update</th>
            <th scope="col">Runs</th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((u) => (
            <Row key={u.name} update={u} last={updateOf(operations, u.name)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Asking registries: under way here or elsewhere, and why it failed. */
function useCheck(elsewhere: boolean) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const check = async () => {
    setBusy(true);
    setError("");
    try {
      await checkUpdates();
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return { checking: busy || elsewhere, error, check };
}

export default function UpdatesPage() {
  const search = useSearch({ from: "/app/updates" });
  const navigate = useNavigate();
  const open = useParams({ strict: false }).name ?? "";
  const { data, error, refetch } = useQuery({ ...updatesQuery, refetchOnMount: "always" });
  const { data: containers } = useContainers();
  const off = useEngine()?.connected === false;
  const operations = useOperations();
  const now = useNow();
  const selected = useStore(selection);
  const { checking, error: failed, check } = useCheck(data?.checking === true);
  const [applying, setApplying] = useState<readonly ContainerUpdate[]>();
  const [applied, setApplied] = useState<Applied>();
  const { q, show } = search;

  useEffect(() => clearSelection, []);
  useEffect(() => {
    if (!open) document.title = "Updates · Harbourmaster";
  }, [open]);

  // A container that came or went says so in the list of containers first.
  const there = containers?.map((c) => c.id).join();
  const before = useRef(there);
  useEffect(() => {
    if (before.current !== undefined && there !== before.current) void refetch();
    before.current = there;
  }, [there, refetch]);

  // Closed, the focus goes back to where it was opened from.
  const last = useRef(open);
  useEffect(() => {
    const from = last.current;
    last.current = open;
    if (open || !from || document.activeElement !== document.body) return;
    document
      .querySelector<HTMLElement>(`[data-update="${CSS.escape(from)}"]`)
      ?.focus({ preventScroll: true });
  }, [open]);

  const set = (change: UpdatesSearch) =>
    void navigate({ to: ".", search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });
  const all = useMemo(() => [...(data?.containers ?? [])].sort(byUrgency), [data]);
  const count = (group: Group) => data && all.filter((u) => groupOf(u) === group).length;
  const shown = all
    .filter((u) => !show || groupOf(u) === show)
    .filter((u) => holdsAll(q, [u.name, u.follows ?? "", u.app ?? "", u.digest ?? ""]));
  const ready = all.filter(
    (u) => u.status === "available" && updateOf(operations, u.name)?.state !== "running",
  );
  const chosen = ready.filter((u) => selected.has(u.id));

  return (
    <div className={page.page} data-open={open !== "" || undefined}>
      <div className={page.list}>
        <ListHead
          title="Updates"
          things="updates"
          summary={data ? summaryOf({ ...data, checking }, now) : "Reading updates"}
          q={q}
          onFilter={(text) => set({ q: text })}
        >
          <Link
            to="/settings/$section"
            params={{ section: "updates" }}
            className={ui.icon}
            aria-label="Settings of updates"
            title="Settings of updates"
          >
            <Icon name="gear" />
          </Link>
          <button type="button" className={ui.btn} disabled={checking || off} onClick={() => void check()}>
            {checking ? "Checking" : "Check now"}
          </button>
          <button
            type="button"
            className={ui.primary}
            disabled={ready.length === 0 || off}
            onClick={() => setApplying(chosen.length > 0 ? chosen : ready)}
          >
            <Icon name="upload" size={17} />
            {chosen.length > 0 ? `Update ${chosen.length} selected` : "Update all"}
          </button>
        </ListHead>
        {failed && (
          <div className={wizard.failure} role="alert">
            <Icon name="warn" />
            <p>
              <b>The check did not work.</b> {failed} Try again in a while.
            </p>
          </div>
        )}
        {data?.paused.map((p) => (
          <div key={p.registry} className={wizard.notice}>
            <Icon name="clock" />
            <p>
              <b>{p.registry} is left alone for now.</b> {p.reason.replace(/\.?$/, ".")} The next check asks
              it again.
            </p>
          </div>
        ))}
        {applied && <AppliedNotice applied={applied} onDismiss={() => setApplied(undefined)} />}
        <div className={page.bar}>
          <Segments<"all" | Group>
            label="Show"
            value={show ?? "all"}
            options={[
              { value: "all", label: "All", count: data && all.length },
              { value: "ready", label: "Ready", count: count("ready") },
              { value: "held", label: "Held back", count: count("held") },
              { value: "other", label: "Not known", count: count("other") },
            ]}
            onChange={(v) => set({ show: v === "all" ? undefined : v })}
          />
        </div>
        {data ? (
          <Body
            shown={shown}
            all={all}
            search={search}
            clear={() => set({ q: undefined, show: undefined })}
          />
        ) : error ? (
          <ErrorState what="The updates could not be read" error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton width="100%" height={220} />
        )}
        <p className="vh" role="status">
          {checking ? "Checking for updates" : ""}
        </p>
      </div>
      <Suspense>
        <Outlet />
      </Suspense>
      {applying && (
        <ApplyDialog
          updates={applying}
          onDone={(done) => {
            setApplied(done);
            clearSelection();
          }}
          onClose={() => setApplying(undefined)}
        />
      )}
    </div>
  );
}
