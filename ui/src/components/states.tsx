import type { ReactNode } from "react";
import { ApiError, messageOf } from "../api/errors";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import css from "./states.module.css";

export function EmptyState({ text, children }: { text: ReactNode; children?: ReactNode }) {
  return (
    <div className={css.state}>
      <p>{text}</p>
      {children}
    </div>
  );
}

/** What failed, the agent's own words, a way on, and the id that finds it in the agent's log. */
export function ErrorState({ what, error, onRetry }: { what: string; error: unknown; onRetry: () => void }) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  return (
    <div className={css.state} role="alert">
      <Icon name="warn" size={26} />
      <h2>{what}</h2>
      <p>{messageOf(error)}</p>
      <div className={css.row}>
        <button type="button" className={ui.btn} onClick={onRetry}>
          Try again
        </button>
        {requestId && <CopyButton text={requestId} label={`Copy request id ${requestId.slice(0, 8)}`} />}
      </div>
    </div>
  );
}

export function CopyButton({ text, label, icon = false }: { text: string; label: string; icon?: boolean }) {
  const copy = () => {
    void navigator.clipboard?.writeText(text);
  };
  return icon ? (
    <button type="button" className={ui.icon} aria-label={label} title={label} onClick={copy}>
      <Icon name="copy" size={15} />
    </button>
  ) : (
    <button type="button" className={ui.btn} onClick={copy}>
      <Icon name="copy" size={16} />
      {label}
    </button>
  );
}

export function Skeleton({ width, height }: { width: number | string; height: number }) {
  return <span className={ui.skeleton} style={{ display: "block", width, height }} />;
}
