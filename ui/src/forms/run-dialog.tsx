import { type FormEvent, useId, useState } from "react";
import { readDockerRun } from "../api/create-queries";
import { messageOf } from "../api/errors";
import type { FromRun } from "../api/types";
import { Dialog } from "../components/dialog";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import css from "./run-dialog.module.css";

type Props = {
  line: string;
  /** Whether something that was typed will be replaced. */
  replaces: boolean;
  onRead: (answer: FromRun) => void;
  onClose: () => void;
};

/** Takes a `docker run` line from a README and gives what the agent made of it. */
export function RunDialog({ line, replaces, onRead, onClose }: Props) {
  const [command, setCommand] = useState(line);
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const field = useId();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The dialog lies in the page, not in the form it fills; its own form ends here.
    event.stopPropagation();
    if (busy) return;
    if (!command.trim()) return setError("Paste a line that begins with docker run.");
    setBusy(true);
    try {
      onRead(await readDockerRun(command));
    } catch (problem) {
      setError(messageOf(problem));
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      wide
      title="Paste docker run"
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={`${field}-form`} className={ui.primary} disabled={busy}>
            Fill in the form
          </button>
        </>
      }
    >
      <form id={`${field}-form`} onSubmit={submit} noValidate>
        <label className={ui.label} htmlFor={field}>
          Command
        </label>
        <textarea
          id={field}
          className={css.command}
          rows={8}
          value={command}
          placeholder={"docker run -d --name web \\\n  -p 8080:80 \\\n  nginx:1.29"}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={error !== "" || undefined}
          aria-describedby={`${field}-help`}
          onChange={(e) => {
            setCommand(e.target.value);
            setError("");
          }}
        />
        <p id={`${field}-help`} className={error ? ui.bad : ui.help} role={error ? "alert" : undefined}>
          {error && <Icon name="warn" size={15} />}
          {error ||
            (replaces
              ? "Nothing is run. It replaces what the form holds now."
              : "Nothing is run. It fills in the form, for you to look at.")}
        </p>
      </form>
    </Dialog>
  );
}

/** What the line held and the form does not; it stays until somebody has read it. */
export function NotUnderstood({
  list,
  onDismiss,
}: {
  list: FromRun["notUnderstood"];
  onDismiss: () => void;
}) {
  if (list.length === 0) return null;
  return (
    <section className={css.left} aria-label="Not taken over">
      <header>
        <Icon name="info" />
        <h2>
          {list.length === 1 ? "One thing was not taken over" : `${list.length} things were not taken over`}
        </h2>
        <button type="button" className={ui.quiet} onClick={onDismiss}>
          Dismiss
        </button>
      </header>
      <ul>
        {list.map((n) => (
          <li key={n.text + n.reason}>
            <code>{n.text}</code>
            <span>{n.reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
