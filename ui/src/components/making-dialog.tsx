import { type FormEvent, type ReactNode, useId, useState } from "react";
import { type FieldErrors, fieldErrors, noErrors } from "../lib/field-errors";
import ui from "../styles/controls.module.css";
import css from "./confirm-dialog.module.css";
import { Dialog } from "./dialog";

/** What a form that makes something in one request goes through. `fields` are those that can show an error. */
export function useMaking(fields: string[]) {
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [busy, setBusy] = useState(false);
  /** Makes it, unless the page itself sees that it cannot: `own` are its complaints by field. */
  const make = async (own: Record<string, string>, request: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setErrors((before) => ({ ...before, fields: own }));
    if (Object.keys(own).length > 0) return;
    setBusy(true);
    try {
      await request();
    } catch (problem) {
      setErrors(fieldErrors(problem, fields));
      setBusy(false);
    }
  };
  return { errors, busy, make };
}

/** The dialog around such a form. */
export function MakingDialog({
  title,
  verb,
  busy,
  error,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  verb: string;
  busy: boolean;
  error: string | undefined;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <button type="button" className={ui.btn} onClick={onClose}>
            Cancel
          </button>
          <button type="submit" form={id} className={ui.primary} disabled={busy}>
            {busy ? "Creating" : verb}
          </button>
        </>
      }
    >
      <form id={id} onSubmit={submit} className={css.form} noValidate>
        {children}
        {error && (
          <p className={ui.bad} role="alert">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}
