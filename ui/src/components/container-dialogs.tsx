import { useNavigate, useRouterState } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { dropContainer, putContainer, useContainers } from "../api/cache";
import { removeContainer, renameContainer } from "../api/containers";
import { ApiError, messageOf } from "../api/errors";
import type { Container } from "../api/types";
import { plural } from "../lib/format";
import { closeOverlay } from "../lib/overlay";
import { perform, setPending } from "../lib/perform";
import { clearSelection } from "../lib/selection";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import css from "./container-dialogs.module.css";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

function useFound(ids: string[]): Container[] {
  const { data = [] } = useContainers();
  return ids.flatMap((id) => data.find((c) => c.id === id) ?? []);
}

export function RenameDialog({ id }: { id: string }) {
  const [container] = useFound([id]);
  const [name, setName] = useState(container?.name ?? "");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const field = useId();
  if (!container) return null;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim();
    if (next === container.name) return closeOverlay();
    if (!NAME.test(next)) {
      setError(
        "Use two or more letters, digits, dots, dashes or underscores, and start with a letter or digit.",
      );
      return;
    }
    setBusy(true);
    try {
      putContainer(await renameContainer(id, next));
      closeOverlay();
      if (path === `/containers/${encodeURIComponent(container.name)}`) {
        void navigate({
          to: "/containers/$id",
          params: { id: next },
          search: (s) => s as object,
          replace: true,
        });
      }
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={`Rename ${container.name}`}
      onClose={closeOverlay}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={closeOverlay}>
            Cancel
          </button>
          <button type="submit" form={`${field}-form`} className={ui.primary} disabled={busy}>
            Rename
          </button>
        </>
      }
    >
      <form id={`${field}-form`} onSubmit={submit} className={css.form}>
        <label className={ui.label} htmlFor={field}>
          New name
        </label>
        <div className={ui.control}>
          <input
            id={field}
            value={name}
            autoComplete="off"
            spellCheck={false}
            aria-invalid={error !== "" || undefined}
            aria-describedby={`${field}-help`}
            onChange={(e) => {
              setName(e.target.value);
              setError("");
            }}
          />
        </div>
        <p id={`${field}-help`} className={error ? ui.bad : ui.help} role={error ? "alert" : undefined}>
          {error || "Other containers on its networks reach it by this name."}
        </p>
      </form>
    </Dialog>
  );
}

export function RemoveDialog({ ids }: { ids: string[] }) {
  const found = useFound(ids);
  // What the dialog was opened for stays on show while its containers vanish one by one.
  const [list] = useState(found);
  const [volumes, setVolumes] = useState(false);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const navigate = useNavigate();
  const path = useRouterState({ select: (s) => s.location.pathname });
  const running = list.filter(
    (c) => c.state === "running" || c.state === "restarting" || c.state === "paused",
  );
  const [first] = list;
  if (!first) return null;
  const many = list.length > 1;

  const remove = async () => {
    setBusy(true);
    setError("");
    const failures: string[] = [];
    for (const c of list) {
      setPending(c.id, "remove");
      try {
        await removeContainer(c.id, { force: running.includes(c), volumes });
        dropContainer(c.id);
      } catch (problem) {
        // Gone already is what was wanted.
        if (problem instanceof ApiError && problem.code === "container_not_found") dropContainer(c.id);
        else failures.push(`${c.name}: ${messageOf(problem)}`);
      } finally {
        setPending(c.id, undefined);
      }
    }
    setBusy(false);
    if (failures.length > 0) {
      setError(failures.join(" "));
      return;
    }
    closeOverlay();
    clearSelection();
    addToast({ kind: "good", title: many ? `${list.length} containers removed` : `${first.name} removed` });
    if (path.startsWith("/containers/")) void navigate({ to: "/" });
  };

  return (
    <Dialog
      title={many ? `Remove ${list.length} containers?` : `Remove ${first.name}?`}
      onClose={closeOverlay}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={closeOverlay}>
            Cancel
          </button>
          <button type="button" className={ui.danger} onClick={() => void remove()} disabled={busy}>
            {busy ? "Removing" : running.length > 0 ? "Stop and remove" : "Remove"}
          </button>
        </>
      }
    >
      <div className={css.form}>
        {many && <p className={css.names}>{list.map((c) => c.name).join(", ")}</p>}
        <p>
          What {many ? "they" : "it"} wrote inside {many ? "themselves" : "itself"} is lost. Folders of this
          server and named volumes stay.
        </p>
        {running.length > 0 && (
          <p className={css.warn}>
            <Icon name="warn" size={16} />
            {many
              ? `${plural(running.length, "container")} still running; they are`
              : "It is still running; it is"}{" "}
            stopped first.
          </p>
        )}
        <label className={ui.check}>
          <input type="checkbox" checked={volumes} onChange={(e) => setVolumes(e.target.checked)} />
          Also remove unnamed volumes that only {many ? "they use" : "it uses"}
        </label>
        {error && (
          <p className={ui.bad} role="alert">
            {error}
          </p>
        )}
      </div>
    </Dialog>
  );
}

export function KillDialog({ id }: { id: string }) {
  const [container] = useFound([id]);
  if (!container) return null;
  return (
    <Dialog
      title={`End ${container.name} at once?`}
      onClose={closeOverlay}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={closeOverlay}>
            Cancel
          </button>
          <button
            type="button"
            className={ui.danger}
            onClick={() => {
              closeOverlay();
              void perform("kill", container);
            }}
          >
            End at once
          </button>
        </>
      }
    >
      <p>It gets no chance to finish what it is writing. Use Stop unless it hangs.</p>
    </Dialog>
  );
}
