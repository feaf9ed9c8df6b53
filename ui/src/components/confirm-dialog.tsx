import { type ReactNode, useState } from "react";
import { messageOf } from "../api/errors";
import ui from "../styles/controls.module.css";
import css from "./confirm-dialog.module.css";
import { Dialog } from "./dialog";
import { TypeToConfirm } from "./field";
import { Icon } from "./icon";

type Props = {
  title: string;
  /** On the button. */
  verb: string;
  children: ReactNode;
  /** Why it cannot be done; the button is then off and this is read out. */
  refused?: ReactNode;
  /** To be typed when what goes cannot come back. */
  word?: string;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
};

/** Asks before something is lost, says what, and shows why it failed when it does. */
export function ConfirmDialog({ title, verb, children, refused, word, onConfirm, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const off = busy || refused !== undefined || (word !== undefined && typed.trim() !== word);
  const confirm = async () => {
    if (off) return;
    setBusy(true);
    setError("");
    try {
      await onConfirm();
      onClose();
    } catch (problem) {
      setError(messageOf(problem));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            {refused === undefined ? "Cancel" : "Close"}
          </button>
          {refused === undefined && (
            <button type="button" className={ui.danger} disabled={off} onClick={() => void confirm()}>
              {verb}
            </button>
          )}
        </>
      }
    >
      <form
        className={css.form}
        onSubmit={(e) => {
          e.preventDefault();
          void confirm();
        }}
      >
        {refused !== undefined && (
          <div className={css.refused}>
            <Icon name="lock" size={17} />
            <div>{refused}</div>
          </div>
        )}
        {children}
        {word !== undefined && refused === undefined && (
          <TypeToConfirm word={word} to="to go on" value={typed} onChange={setTyped} />
        )}
        {error && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}
