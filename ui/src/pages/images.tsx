import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { imagesQuery, useEngine } from "../api/cache";
import { ApiError, messageOf } from "../api/errors";
import { removeImage } from "../api/resources";
import type { Image } from "../api/types";
import { Dialog } from "../components/dialog";
import { Icon } from "../components/icon";
import { ListBody, RemoveButton } from "../components/list-body";
import { ListHead, Segments } from "../components/list-head";
import { PruneDialog } from "../components/prune-dialog";
import { PullDialog } from "../components/pull-dialog";
import { UsedBy } from "../components/used-by";
import { ago, disk, plural, shortId, shortImage, useNow } from "../lib/format";
import { holdsAll } from "../lib/match";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";

const nameOf = (i: Image) => i.references[0] ?? shortId(i.id);

function RemoveImage({ image, onClose }: { image: Image; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const inUse = image.containers.length > 0;
  const remove = async () => {
    setBusy(true);
    try {
      // Several references share one image: each goes by its own name, and the image with the last of them.
      const names = image.references.length > 0 ? image.references : [image.id];
      for (const name of names) await removeImage(name, false);
      addToast({
        kind: "good",
        title: `${shortImage(nameOf(image))} removed`,
        detail: disk(image.sizeBytes),
      });
      onClose();
    } catch (problem) {
      if (problem instanceof ApiError && problem.status === 404) onClose();
      else setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Remove ${shortImage(nameOf(image))}?`}
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            Cancel
          </button>
          <button type="button" className={ui.danger} onClick={() => void remove()} disabled={busy || inUse}>
            Remove
          </button>
        </>
      }
    >
      <p>
        {inUse
          ? `${image.containers.join(", ")} ${image.containers.length === 1 ? "uses" : "use"} it. Remove the ${image.containers.length === 1 ? "container" : "containers"} first.`
          : `This frees up to ${disk(image.sizeBytes)}. It can be pulled again.`}
      </p>
      {image.references.length > 1 && <p>All its names go: {image.references.map(shortImage).join(", ")}.</p>}
      {error && (
        <p className={ui.bad} role="alert">
          {error}
        </p>
      )}
    </Dialog>
  );
}

function Row({ image, onRemove }: { image: Image; onRemove: () => void }) {
  const now = useNow();
  const [first, ...more] = image.references;
  return (
    <tr>
      <td className={list.name}>
        <b className={first ? undefined : list.dim}>{first ? shortImage(first) : "no name"}</b>
        {more.map((r) => (
          <span key={r}>{shortImage(r)}</span>
        ))}
      </td>
      <td className={list.wide}>
        <code>{shortId(image.id)}</code>
      </td>
      <td>{disk(image.sizeBytes)}</td>
      <td>{ago(image.created, now)}</td>
      <td className={`${list.uses} ${list.full}`}>
        <UsedBy names={image.containers} />
      </td>
      <td className={list.actions}>
        <span>
          {first && (
            <Link
              to="/new"
              search={{ image: shortImage(first) }}
              className={ui.icon}
              aria-label={`New container from ${shortImage(first)}`}
              title="New container from it"
            >
              <Icon name="plus" size={17} />
            </Link>
          )}
          <RemoveButton name={shortImage(nameOf(image))} onClick={onRemove} />
        </span>
      </td>
    </tr>
  );
}

export default function Images() {
  const search = useSearch({ from: "/app/images" });
  const navigate = useNavigate({ from: "/images" });
  const { data, error, refetch } = useQuery(imagesQuery);
  const off = useEngine()?.connected === false;
  const [removing, setRemoving] = useState<Image>();
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });

  useEffect(() => {
    document.title = "Images · Harbourmaster";
  }, []);

  const shown = useMemo(
    () =>
      (data ?? [])
        .filter((i) => !search.unused || i.containers.length === 0)
        .filter((i) => holdsAll(search.q, [...i.references, i.id, ...i.containers]))
        .sort((a, b) => nameOf(a).localeCompare(nameOf(b), undefined, { numeric: true })),
    [data, search.unused, search.q],
  );
  const unused = (data ?? []).filter((i) => i.containers.length === 0);
  const sum = (all: Image[]) => disk(all.reduce((n, i) => n + i.sizeBytes, 0));

  return (
    <>
      <ListHead
        title="Images"
        things="images"
        summary={
          data
            ? `${plural(data.length, "image")}, ${sum(data)}${unused.length > 0 ? `; ${sum(unused)} unused` : ""}`
            : "Reading images"
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
        <button type="button" className={ui.primary} disabled={off} onClick={() => set({ pull: "new" })}>
          <Icon name="download" size={17} />
          Pull image
        </button>
      </ListHead>
      <ListBody
        thing="image"
        data={data}
        error={error}
        onRetry={() => void refetch()}
        shown={shown}
        q={search.q}
        onClear={() => set({ q: undefined, unused: undefined })}
        add={{ label: "Pull image", onClick: () => set({ pull: "new" }) }}
        columns={["Name", "Id", "Size", "Made", "Used by"]}
        row={(i) => <Row key={i.id} image={i} onRemove={() => setRemoving(i)} />}
      />
      {search.pull && (
        <PullDialog
          id={search.pull === "new" ? undefined : search.pull}
          onBegun={(id) => set({ pull: id })}
          onClose={() => set({ pull: undefined })}
        />
      )}
      {search.open === "prune" && <PruneDialog kind="images" onClose={() => set({ open: undefined })} />}
      {removing && <RemoveImage image={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}
