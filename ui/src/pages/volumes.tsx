import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useEngine } from "../api/cache";
import { volumesQuery } from "../api/resources";
import type { Volume } from "../api/types";
import { Icon } from "../components/icon";
import { ListBody, RemoveButton } from "../components/list-body";
import { ListHead, Segments } from "../components/list-head";
import { PruneDialog } from "../components/prune-dialog";
import { UsedBy } from "../components/used-by";
import { CreateVolume, RemoveVolume, volumeName } from "../components/volume-dialogs";
import { ago, disk, plural, useNow } from "../lib/format";
import { holdsAll } from "../lib/match";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";

function Row({ volume: v, onRemove }: { volume: Volume; onRemove: () => void }) {
  const now = useNow();
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
          <RemoveButton name={name} onClick={onRemove} />
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
      <ListBody
        thing="volume"
        data={data}
        error={error}
        onRetry={() => void refetch()}
        shown={shown}
        q={search.q}
        onClear={() => set({ q: undefined, unused: undefined })}
        add={{ label: "New volume", onClick: () => set({ open: "new" }) }}
        columns={["Name", "Driver", "Size", "Made", "Used by"]}
        row={(v) => <Row key={v.name} volume={v} onRemove={() => setRemoving(v)} />}
      />
      {search.open === "new" && <CreateVolume onClose={() => set({ open: undefined })} />}
      {search.open === "prune" && <PruneDialog kind="volumes" onClose={() => set({ open: undefined })} />}
      {removing && <RemoveVolume volume={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}
