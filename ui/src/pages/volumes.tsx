import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useEngine } from "../api/cache";
import { volumesQuery } from "../api/resources";
import type { Volume } from "../api/types";
import { Icon } from "../components/icon";
import { ListHead, Segments } from "../components/list-head";
import { PruneDialog } from "../components/prune-dialog";
import { EmptyState, ErrorState, Skeleton } from "../components/states";
import { UsedBy } from "../components/used-by";
import { CreateVolume, RemoveVolume, volumeName } from "../components/volume-dialogs";
import { ago, disk, plural, useNow } from "../lib/format";
import { holdsAll } from "../lib/match";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";

function Row({ volume: v, onRemove }: { volume: Volume; onRemove: () => void }) {
  const now = useNow();
  const engine = useEngine();
  const name = volumeName(v);
  return (
    <tr>
      <td className={list.name}>
        <b title={v.name}>{name}</b>
        <span>
          {v.anonymous && <small className={list.tag}>unnamed</small>}
          {v.project && <small className={list.tag}>{v.project}</small>}
        </span>
      </td>
      <td>{v.driver}</td>
      <td className={list.nowrap}>{v.sizeBytes === undefined ? "" : disk(v.sizeBytes)}</td>
      <td className={list.wide}>{ago(v.created, now)}</td>
      <td className={`${list.uses} ${list.full}`}>
        <UsedBy names={v.usedBy.map((c) => c.name)} />
      </td>
      <td className={list.actions}>
        <span>
          <button
            type="button"
            className={ui.icon}
            aria-label={`Remove ${name}`}
            title="Remove"
            disabled={engine?.connected === false}
            onClick={onRemove}
          >
            <Icon name="trash" size={17} />
          </button>
        </span>
      </td>
    </tr>
  );
}

export default function Volumes() {
  const search = useSearch({ from: "/app/volumes" });
  const navigate = useNavigate({ from: "/volumes" });
  const { data, error, refetch } = useQuery(volumesQuery);
  const off = useEngine()?.connected === false;
  const [removing, setRemoving] = useState<Volume>();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });

  useEffect(() => {
    document.title = "Volumes · Harbourmaster";
  }, []);

  const shown = useMemo(
    () =>
      (data ?? [])
        .filter((v) => !search.unused || v.usedBy.length === 0)
        .filter((v) => holdsAll(search.q, [v.name, v.driver, v.project, ...v.usedBy.map((c) => c.name)]))
        .sort(
          (a, b) =>
            Number(a.anonymous) - Number(b.anonymous) ||
            a.name.localeCompare(b.name, undefined, { numeric: true }),
        ),
    [data, search.unused, search.q],
  );
  const unused = (data ?? []).filter((v) => v.usedBy.length === 0);
  const sum = (vs: Volume[]) => disk(vs.reduce((n, v) => n + (v.sizeBytes ?? 0), 0));

  return (
    <>
      <ListHead
        title="Volumes"
        things="volumes"
        summary={
          data
            ? `${plural(data.length, "volume")}, ${sum(data)}${unused.length > 0 ? `; ${sum(unused)} unused` : ""}`
            : "Reading volumes"
        }
        q={search.q}
        onFilter={(q) => set({ q })}
      >
        <Segments
          label="Show"
          value={search.unused ? "unused" : "all"}
          options={[
            { value: "all", label: "All", count: data?.length },
            { value: "unused", label: "Unused", count: data && unused.length },
          ]}
          onChange={(v) => set({ unused: v === "unused" || undefined })}
        />
        <button type="button" className={ui.btn} disabled={off} onClick={() => set({ open: "prune" })}>
          Clear out…
        </button>
        <button type="button" className={ui.primary} disabled={off} onClick={() => set({ open: "new" })}>
          <Icon name="plus" size={17} />
          New volume
        </button>
      </ListHead>
      {!data && error && (
        <ErrorState what="The volumes could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton width="100%" height={220} />}
      {data?.length === 0 && (
        <EmptyState text="There is no volume on this server yet.">
          <button type="button" className={ui.primary} onClick={() => set({ open: "new" })}>
            New volume
          </button>
        </EmptyState>
      )}
      {data && data.length > 0 && shown.length === 0 && (
        <EmptyState text={search.q ? `Nothing matches “${search.q}”.` : "Every volume is in use."}>
          <button type="button" className={ui.btn} onClick={() => set({ q: undefined, unused: undefined })}>
            Clear
          </button>
        </EmptyState>
      )}
      {shown.length > 0 && (
        <div className={list.frame}>
          <table className={list.table} aria-label="Volumes">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Driver</th>
                <th scope="col">Size</th>
                <th scope="col">Made</th>
                <th scope="col">Used by</th>
                <th scope="col">
                  <span className="vh">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((v) => (
                <Row key={v.name} volume={v} onRemove={() => setRemoving(v)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {search.open === "new" && <CreateVolume onClose={() => set({ open: undefined })} />}
      {search.open === "prune" && <PruneDialog kind="volumes" onClose={() => set({ open: undefined })} />}
      {removing && <RemoveVolume volume={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}
