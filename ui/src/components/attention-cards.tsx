import { useMemo, useState } from "react";
import { useEngine, useOperations } from "../api/cache";
import type { Container } from "../api/types";
import { type Action, can } from "../lib/actions";
import { type AttentionItem, attention } from "../lib/attention";
import { useNow } from "../lib/format";
import { recall, remember } from "../lib/local";
import { usePending } from "../lib/perform";
import { useAct } from "../lib/use-act";
import { usePressure } from "../lib/use-live";
import ui from "../styles/controls.module.css";
import css from "./attention-cards.module.css";
import { Icon } from "./icon";

const SHOWN = 4;
const labels: Partial<Record<Action, string>> = {
  logs: "Logs",
  restart: "Restart",
  start: "Start",
  stop: "Stop",
};

function ActionButton({ action, container }: { action: Action; container: Container }) {
  const engine = useEngine();
  const act = useAct();
  const busy = usePending(container.id) !== undefined;
  const verdict = can(action, container, engine);
  return (
    <button
      type="button"
      className={ui.quiet}
      disabled={!verdict.ok || (busy && action !== "logs")}
      title={verdict.ok ? undefined : verdict.reason}
      onClick={() => act(action, container)}
    >
      {labels[action]}
    </button>
  );
}

function Card({ item, onDismiss }: { item: AttentionItem; onDismiss: () => void }) {
  return (
    <li className={css.note}>
      <Icon name="warn" size={19} />
      <div>
        <b>{item.title}</b>
        <p>{item.text}</p>
      </div>
      <div className={css.actions}>
        {item.container &&
          item.actions.map((a) => (
            <ActionButton key={a} action={a} container={item.container as Container} />
          ))}
        <button
          type="button"
          className={ui.icon}
          aria-label={`Dismiss: ${item.title}`}
          title="Dismiss"
          onClick={onDismiss}
        >
          <Icon name="x" size={16} />
        </button>
      </div>
    </li>
  );
}

/** Only there when a person is wanted. A dismissed trouble stays away until it happens anew. */
export function AttentionCards({ containers }: { containers: Container[] }) {
  const operations = useOperations();
  const engine = useEngine();
  const now = useNow();
  const tight = usePressure(containers);
  const [dismissed, setDismissed] = useState<string[]>(() => recall("dismissed", []));
  const [all, setAll] = useState(false);
  const items = useMemo(
    () => attention(containers, operations, engine, now, tight).filter((i) => !dismissed.includes(i.key)),
    [containers, operations, engine, now, tight, dismissed],
  );
  if (items.length === 0) return null;
  const dismiss = (key: string) => {
    const next = [...dismissed, key].slice(-200);
    setDismissed(next);
    remember("dismissed", next);
  };
  const shown = all ? items : items.slice(0, SHOWN);
  return (
    <section aria-label="Needs attention">
      <ul className={css.notes} data-single={shown.length === 1 || undefined}>
        {shown.map((item) => (
          <Card key={item.key} item={item} onDismiss={() => dismiss(item.key)} />
        ))}
      </ul>
      {items.length > SHOWN && (
        <button type="button" className={`${ui.link} ${css.rest}`} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `${items.length - SHOWN} more`}
        </button>
      )}
    </section>
  );
}
