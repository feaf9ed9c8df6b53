import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useEngine } from "../api/cache";
import { networksQuery } from "../api/resources";
import type { Network } from "../api/types";
import { Icon } from "../components/icon";
import { ListBody, RemoveButton } from "../components/list-body";
import { ListHead } from "../components/list-head";
import { CreateNetwork, RemoveNetwork } from "../components/network-dialogs";
import { PruneDialog } from "../components/prune-dialog";
import { UsedBy } from "../components/used-by";
import { plural, shortId } from "../lib/format";
import { holdsAll } from "../lib/match";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";

function Row({ network: n, onRemove }: { network: Network; onRemove: () => void }) {
  return (
    <tr>
      <td className={list.name}>
        <b>{n.name}</b>
        <span>
          {n.builtIn && <small className={list.tag}>came with Docker</small>}
          {n.project && <small className={list.tag}>{n.project}</small>}
          {n.internal && <small className={list.tag}>internal</small>}
          {n.ipv6 && <small className={list.tag}>IPv6</small>}
        </span>
      </td>
      <td className={list.wide}>
        <code>{shortId(n.id)}</code>
      </td>
      <td>{n.driver}</td>
      <td className={list.mono}>
        {n.subnets.map((s) => (
          <div key={s.subnet} title={s.gateway ? `Gateway ${s.gateway}` : undefined}>
            {s.subnet}
          </div>
        ))}
      </td>
      <td className={`${list.uses} ${list.full}`}>
        <UsedBy names={n.containers.map((c) => c.name)} />
      </td>
      <td className={list.actions}>
        <span>{!n.builtIn && <RemoveButton name={n.name} onClick={onRemove} />}</span>
      </td>
    </tr>
  );
}

export default function Networks() {
  const search = useSearch({ from: "/app/networks" });
  const navigate = useNavigate({ from: "/networks" });
  const { data, error, refetch } = useQuery(networksQuery);
  const off = useEngine()?.connected === false;
  const [removing, setRemoving] = useState<Network>();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });

  useEffect(() => {
    document.title = "Networks · Harbourmaster";
  }, []);

  const shown = useMemo(
    () =>
      (data ?? [])
        .filter((n) =>
          holdsAll(search.q, [
            n.name,
            n.id,
            n.driver,
            n.project,
            ...n.subnets.map((s) => s.subnet),
            ...n.containers.map((c) => c.name),
          ]),
        )
        // What came with Docker is seldom what one looks for.
        .sort(
          (a, b) =>
            Number(a.builtIn) - Number(b.builtIn) ||
            a.name.localeCompare(b.name, undefined, { numeric: true }),
        ),
    [data, search.q],
  );
  const idle = (data ?? []).filter((n) => !n.builtIn && n.containers.length === 0).length;

  return (
    <>
      <ListHead
        title="Networks"
        things="networks"
        summary={
          data ? `${plural(data.length, "network")}${idle > 0 ? `; ${idle} unused` : ""}` : "Reading networks"
        }
        q={search.q}
        onFilter={(q) => set({ q })}
      >
        <button type="button" className={ui.btn} disabled={off} onClick={() => set({ open: "prune" })}>
          Clear out…
        </button>
        <button type="button" className={ui.primary} disabled={off} onClick={() => set({ open: "new" })}>
          <Icon name="plus" size={17} />
          New network
        </button>
      </ListHead>
      <ListBody
        thing="network"
        data={data}
        error={error}
        onRetry={() => void refetch()}
        shown={shown}
        q={search.q}
        onClear={() => set({ q: undefined })}
        add={{ label: "New network", onClick: () => set({ open: "new" }) }}
        columns={["Name", "Id", "Driver", "Subnet", "Used by"]}
        row={(n) => <Row key={n.id} network={n} onRemove={() => setRemoving(n)} />}
      />
      {search.open === "new" && <CreateNetwork onClose={() => set({ open: undefined })} />}
      {search.open === "prune" && <PruneDialog kind="networks" onClose={() => set({ open: undefined })} />}
      {removing && <RemoveNetwork network={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}
