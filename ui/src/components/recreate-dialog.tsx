import { useState } from "react";
import { recreate } from "../api/create-queries";
import { ApiError, messageOf } from "../api/errors";
import type { Change, Container, CreateRequest } from "../api/types";
import { Changes } from "../forms/changes";
import { isStopped } from "../lib/status";
import ui from "../styles/controls.module.css";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import css from "./recreate-dialog.module.css";

type Props = {
  container: Container;
  changes: Change[];
  body: { form: CreateRequest; revision: string };
  onBegun: (operation: string) => void;
  /** It is no longer what the form was made from. */
  onStale: () => void;
  onClose: () => void;
};

/** The difference once more, and what re-creating means, before anything is done. */
export function RecreateDialog({ container, changes, body, onBegun, onStale, onClose }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const go = async () => {
    setBusy(true);
    setError("");
    try {
      onBegun(await recreate(container.id, body.form.name ?? container.name, body));
    } catch (problem) {
      if (problem instanceof ApiError && problem.code === "changed") return onStale();
      const own = problem instanceof ApiError ? problem.problems.map((p) => p.message) : [];
      setError(own.length > 0 ? own.join(" ") : messageOf(problem));
      setBusy(false);
    }
  };
  return (
    <Dialog
      wide
      title={`Re-create ${container.name}?`}
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            Cancel
          </button>
          <button type="button" className={ui.primary} onClick={() => void go()} disabled={busy}>
            {busy ? "Beginning" : "Re-create"}
          </button>
        </>
      }
    >
      <div className={css.body}>
        <Changes changes={changes} />
        <p>
          {isStopped(container) ? "" : "It is away for a moment. "}
          What it wrote inside itself is lost; folders and volumes stay. The container that is there now is
          kept until the new one runs, and comes back by itself if that fails.
        </p>
        {error && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}
