import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useOperations } from "../api/cache";
import { cancelOperation } from "../api/endpoints";
import { messageOf } from "../api/errors";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Dialog } from "./dialog";
import { LayerProgress } from "./layer-progress";
import { OperationSteps } from "./operations-list";
import { Skeleton } from "./states";

type Props = {
  id: string;
  onClose: () => void;
  onFailed: (cause: string) => void;
};

/** The steps of a create that has to pull first. It may be left: the work goes on and shows in the top bar. */
export function CreatingDialog({ id, onClose, onFailed }: Props) {
  const operation = useOperations().find((o) => o.id === id);
  const navigate = useNavigate();
  const state = operation?.state;
  const made = operation?.target.containerName;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only the end of the operation matters
  useEffect(() => {
    if (state === "succeeded") {
      onClose();
      if (made) void navigate({ to: "/containers/$id", params: { id: made }, ignoreBlocker: true });
    } else if (state === "rolledBack" || state === "needsAttention") {
      onFailed(operation?.cause ?? "It went back to how it was.");
    }
  }, [state]);

  const cancel = () => {
    cancelOperation(id).catch((error: unknown) =>
      addToast({ kind: "bad", title: "It goes on", detail: messageOf(error) }),
    );
  };
  const layers = operation?.progress?.layers ?? [];
  return (
    <Dialog
      title={operation?.title ?? "Creating"}
      footer={
        <>
          {operation?.cancellable && (
            <button type="button" className={ui.btn} onClick={cancel} disabled={operation.cancelRequested}>
              Cancel
            </button>
          )}
          <button
            type="button"
            className={ui.primary}
            onClick={() => {
              onClose();
              void navigate({ to: "/", ignoreBlocker: true });
            }}
          >
            Leave it running
          </button>
        </>
      }
    >
      {operation ? <OperationSteps operation={operation} /> : <Skeleton width="100%" height={80} />}
      {layers.length > 0 && <LayerProgress layers={layers} />}
    </Dialog>
  );
}
