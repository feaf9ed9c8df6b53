import { useStore } from "../lib/store";
import { dismissToast, toasts } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import css from "./toasts.module.css";

export function Toasts() {
  const list = useStore(toasts);
  return (
    <div className={css.toasts} role="status" aria-live="polite">
      {list.map((t) => (
        <div key={t.id} className={css.toast} data-kind={t.kind}>
          <Icon name={t.kind === "bad" ? "warn" : "check"} />
          <p>
            <b>{t.title}</b>
            {t.detail && <span>{t.detail}</span>}
          </p>
          <button type="button" className={ui.icon} aria-label="Dismiss" onClick={() => dismissToast(t.id)}>
            <Icon name="x" size={16} />
          </button>
        </div>
      ))}
    </div>
  );
}
