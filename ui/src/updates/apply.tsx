import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { messageOf } from "../api/errors";
import { type Applied, applyUpdates, type ContainerUpdate } from "../api/updates";
import { Dialog } from "../components/dialog";
import { Icon } from "../components/icon";
import wizard from "../forms/wizard.module.css";
import { plural } from "../lib/format";
import ui from "../styles/controls.module.css";
import { appliedWords } from "./words";

/** Asks once for all of them; each is an operation of its own that goes back by itself. */
export function ApplyDialog({
  updates,
  onDone,
  onClose,
}: {
  updates: readonly ContainerUpdate[];
  onDone: (applied: Applied) => void;
  onClose: () => void;
}) {
  // What the dialog was opened for stays, also when the first of them have begun.
  const [names] = useState(() => updates.map((u) => u.name));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const go = async () => {
    setBusy(true);
    setError("");
    try {
      onDone(await applyUpdates(names));
      onClose();
    } catch (problem) {
      setError(messageOf(problem));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Update ${plural(names.length, "container")}?`}
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            Cancel
          </button>
          <button type="button" className={ui.primary} disabled={busy} onClick={() => void go()}>
            {busy ? "Beginning" : "Update"}
          </button>
        </>
      }
    >
      <p>
        <b>{names.join(", ")}</b>
      </p>
      <p>
        Each is away for a moment, and goes back to what runs now by itself if the new version does not work.
        What needs your eyes first is left out, and says why.
      </p>
      {error && (
        <p className={ui.bad} role="alert">
          <Icon name="warn" size={15} />
          {error}
        </p>
      )}
    </Dialog>
  );
}

/** What was begun, and what was left out with its reason and the way to it. */
export function AppliedNotice({ applied, onDismiss }: { applied: Applied; onDismiss: () => void }) {
  const bad = applied.refused.length > 0;
  return (
    <div className={bad ? wizard.failure : wizard.notice} role={bad ? "alert" : "status"}>
      <Icon name={bad ? "warn" : "check"} />
      <div>
        <p>
          <b>{appliedWords(applied)}</b>
        </p>
        {applied.refused.map((r) => (
          <p key={r.name}>
            <Link
              from="/updates"
              to="/updates/$name"
              params={{ name: r.name }}
              search={(s) => s}
              resetScroll={false}
              className={ui.link}
            >
              {r.name}
            </Link>{" "}
            {r.reason}
          </p>
        ))}
      </div>
      <button type="button" className={ui.quiet} onClick={onDismiss}>
        Dismiss
      </button>
    </div>
  );
}
