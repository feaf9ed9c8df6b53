import type { Operation } from "../api/types";
import type { ContainerUpdate } from "../api/updates";
import { Icon } from "../components/icon";
import mark from "../components/newer-mark.module.css";
import { useNow } from "../lib/format";
import css from "./updates.module.css";
import { standingOf } from "./words";

/** How a container stands: a sign, a word, and what to know about it. */
export function StandingLine({ update, last }: { update: ContainerUpdate; last: Operation | undefined }) {
  const { icon, word, note, bad } = standingOf(update, useNow(), last);
  return (
    <p className={css.standing} data-bad={bad}>
      {icon ? <Icon name={icon} size={16} /> : <i className={mark.mark} aria-hidden="true" />}
      <span>
        <b>{word}</b>
        {note && <small>{note}</small>}
      </span>
    </p>
  );
}
