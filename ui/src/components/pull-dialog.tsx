import { type FormEvent, useId, useState } from "react";
import { useOperations } from "../api/cache";
import { cancelOperation } from "../api/endpoints";
import { messageOf } from "../api/errors";
import { pullImage } from "../api/resources";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { LayerProgress } from "./layer-progress";
import { OperationSteps } from "./operations-list";
import css from "./pull-dialog.module.css";

type Props = {
  /** The operation to show; absent while there is none. It is in the address, so a reload brings it again. */
  id: string | undefined;
  onBegun: (id: string | "new") => void;
  onClose: () => void;
};

/** Asks for an image and shows it coming, layer by layer. Closing it stops nothing. */
export function PullDialog({ id, onBegun, onClose }: Props) {
  const [image, setImage] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const operation = useOperations().find((o) => o.id === id);
  const field = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (!image.trim()) {
      setError("Type an image, for example nginx:1.29.");
      return;
    }
    setBusy(true);
    setError("");
    try {
      onBegun((await pullImage(image.trim())).operationId);
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };
  const cancel = () => {
    if (!id) return;
    cancelOperation(id).catch((problem: unknown) =>
      addToast({ kind: "bad", title: "The pull goes on", detail: messageOf(problem) }),
    );
  };

  const running = id !== undefined && (operation === undefined || operation.state === "running");
  const fraction = operation?.progress?.fraction;
  const footer = !id ? (
    <>
      <button type="button" className={ui.btn} onClick={onClose}>
        Cancel
      </button>
      <button type="submit" form={`${field}-form`} className={ui.primary} disabled={busy}>
        Pull
      </button>
    </>
  ) : running ? (
    <>
      {operation?.cancellable && (
        <button type="button" className={ui.btn} onClick={cancel} disabled={operation.cancelRequested}>
          Cancel
        </button>
      )}
      <button type="button" className={ui.primary} onClick={onClose}>
        Leave it running
      </button>
    </>
  ) : (
    <>
      <button type="button" className={ui.btn} onClick={() => onBegun("new")}>
        {operation?.state === "succeeded" ? "Pull another" : "Back"}
      </button>
      <button type="button" className={ui.primary} onClick={onClose}>
        Done
      </button>
    </>
  );

  return (
    <Dialog
      title={id ? (operation?.title ?? `Pulling ${image}`) : "Pull image"}
      onClose={onClose}
      footer={footer}
    >
      {!id ? (
        <form id={`${field}-form`} onSubmit={submit} noValidate>
          <label className={ui.label} htmlFor={field}>
            Image
          </label>
          <div className={ui.control}>
            <input
              id={field}
              value={image}
              placeholder="nginx:1.29"
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              aria-invalid={error !== "" || undefined}
              aria-describedby={`${field}-help`}
              onChange={(e) => {
                setImage(e.target.value);
                setError("");
              }}
            />
          </div>
          <p id={`${field}-help`} className={error ? ui.bad : ui.help} role={error ? "alert" : undefined}>
            {error && <Icon name="warn" size={15} />}
            {error || "Name and tag, or name and digest."}
          </p>
        </form>
      ) : (
        <div className={css.progress}>
          {operation && <OperationSteps operation={operation} />}
          {running && (
            <p className={css.total}>
              <progress aria-label="Pulled" value={fraction} max={1} />
              <span>{fraction === undefined ? "" : `${Math.round(fraction * 100)}%`}</span>
            </p>
          )}
          {operation?.cause && (
            <p className={ui.bad} role="alert">
              <Icon name="warn" size={15} />
              {operation.cause}
            </p>
          )}
          <LayerProgress layers={operation?.progress?.layers ?? []} />
        </div>
      )}
    </Dialog>
  );
}
