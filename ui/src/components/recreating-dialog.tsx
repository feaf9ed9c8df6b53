import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useOperations } from "../api/cache";
import { cancelOperation } from "../api/endpoints";
import { messageOf } from "../api/errors";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { LayerProgress } from "./layer-progress";
import { OperationSteps } from "./operations-list";
import css from "./recreate-dialog.module.css";
import { Skeleton } from "./states";

/**
 * The steps of a re-creation. Its id is in the address, so a reload finds it again. When it went back, the form
 * below still holds what was typed.
 */
export default function RecreatingDialog({ id, name }: { id: string; name: string }) {
  const operation = useOperations().find((o) => o.id === id);
  const navigate = useNavigate();
  const state = operation?.state;
  const now = operation?.target.containerName ?? name;
  const failed = state === "rolledBack" || state === "needsAttention";

  const toForm = () =>
    void navigate({ to: "/containers/$id/edit", params: { id: name }, search: {}, resetScroll: false });
  const toContainer = () =>
    void navigate({ to: "/containers/$id", params: { id: now }, replace: true, ignoreBlocker: true });

  // biome-ignore lint/correctness/useExhaustiveDependencies: only the end of the operation matters
  useEffect(() => {
    if (state !== "succeeded") return;
    addToast({ kind: "good", title: `${now} re-created` });
    toContainer();
  }, [state]);

  const cancel = () => {
    cancelOperation(id).catch((error: unknown) =>
      addToast({ kind: "bad", title: "It goes on", detail: messageOf(error) }),
    );
  };
  const layers = operation?.progress?.layers ?? [];
  const running = !failed && (
    <>
      {operation?.cancellable && (
        <button type="button" className={ui.btn} onClick={cancel} disabled={operation.cancelRequested}>
          Cancel
        </button>
      )}
      <button
        type="button"
        className={ui.primary}
        onClick={() => void navigate({ to: "/", ignoreBlocker: true })}
      >
        Leave it running
      </button>
    </>
  );
  return (
    <Dialog
      title={operation?.title ?? `Re-creating ${name}`}
      onClose={failed ? toForm : undefined}
      footer={
        running || (
          <button type="button" className={ui.primary} onClick={toForm}>
            Back to the settings
          </button>
        )
      }
    >
      <div className={css.body}>
        {failed && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            <span>
              {state === "rolledBack" ? "It went back to how it was." : "It needs a look."} {operation?.cause}
            </span>
          </p>
        )}
        {operation ? <OperationSteps operation={operation} /> : <Skeleton width="100%" height={120} />}
        {!failed && layers.length > 0 && <LayerProgress layers={layers} />}
      </div>
    </Dialog>
  );
}
