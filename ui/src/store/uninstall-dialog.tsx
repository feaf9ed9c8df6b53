import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { type Install, type UninstallPreview, uninstall, uninstallQuery } from "../api/store";
import { ConfirmDialog } from "../components/confirm-dialog";
import { Check } from "../components/field";
import { Icon } from "../components/icon";
import { ErrorState, Skeleton } from "../components/states";
import review from "../forms/review.module.css";
import { disk, plural } from "../lib/format";

type Data = UninstallPreview["data"][number];

/** What becomes of one volume or folder. */
function fate(data: Data, deleting: boolean): string {
  if (data.usedBy.length > 0)
    return `stays: ${data.usedBy.join(", ")} use${data.usedBy.length > 1 ? "" : "s"} it`;
  if (!data.deletable) return "stays: it was here before";
  return deleting ? "is deleted" : "is kept";
}

function Consequences({ preview, deleting }: { preview: UninstallPreview; deleting: boolean }) {
  return (
    <ul className={review.plan}>
      <li>
        <Icon name="box" size={16} />
        <span>
          {plural(preview.containers.length, "container")} removed: <b>{preview.containers.join(", ")}</b>
          {preview.network && (
            <>
              , with the network <b>{preview.network}</b>
            </>
          )}
        </span>
      </li>
      {preview.data.map((d) => (
        <li key={d.kind + d.name}>
          <Icon name={d.kind === "folder" ? "folder" : "disk"} size={16} />
          <span>
            <b>{d.name}</b>
            {d.sizeBytes !== undefined && d.sizeBytes >= 0 && `, ${disk(d.sizeBytes)},`} {fate(d, deleting)}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Takes an app away. Its data stays unless somebody asks for its end in so many letters. */
export function UninstallDialog({ install, onClose }: { install: Install; onClose: () => void }) {
  const navigate = useNavigate({ from: "/store" });
  const { data: preview, error, refetch } = useQuery(uninstallQuery(install.id));
  const [deleting, setDeleting] = useState(false);
  const deletable = preview?.data.some((d) => d.deletable && d.usedBy.length === 0) ?? false;
  return (
    <ConfirmDialog
      title={`Uninstall ${install.name}?`}
      verb={deleting ? "Uninstall and delete its data" : "Uninstall"}
      word={deleting ? install.name : undefined}
      refused={preview ? undefined : error ? "What would go could not be read." : "Reading what would go."}
      onConfirm={async () => {
        const { operationId } = await uninstall(install.id, install.name, deleting);
        await navigate({
          to: "/store/$store/$slug",
          params: { store: install.store, slug: install.slug },
          search: (s) => ({ ...s, install: install.id, operation: operationId, edit: undefined }),
          resetScroll: false,
        });
      }}
      onClose={onClose}
    >
      {!preview && !error && <Skeleton width="100%" height={90} />}
      {!preview && error && (
        <ErrorState what="It could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {preview && (
        <>
          <Consequences preview={preview} deleting={deleting} />
          {deletable ? (
            <Check
              label="Delete its data too"
              help="It cannot be brought back. Otherwise installing the app again goes on with it."
              checked={deleting}
              onChange={setDeleting}
            />
          ) : (
            preview.data.length > 0 && <p>Its data stays.</p>
          )}
        </>
      )}
    </ConfirmDialog>
  );
}
