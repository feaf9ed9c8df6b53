import { Link } from "@tanstack/react-router";
import type { Operation } from "../api/types";
import type { ContainerUpdate } from "../api/updates";
import { ago, shortDigest, useNow } from "../lib/format";
import { selection, toggleSelected } from "../lib/selection";
import { useSelected } from "../lib/store";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import { StandingLine } from "./standing";
import css from "./updates.module.css";

/** A container in the list. Only what can be updated with others can be selected. */
export function Row({ update: u, last }: { update: ContainerUpdate; last: Operation | undefined }) {
  const now = useNow();
  const selected = useSelected(selection, (s) => s.has(u.id));
  const running = last?.state === "running";
  const to = {
    from: "/updates",
    to: "/updates/$name",
    params: { name: u.name },
    search: (s: object) => s,
    resetScroll: false,
  } as const;
  return (
    <tr>
      <td className={list.name}>
        <div className={css.what}>
          {u.status === "available" && !running && (
            <input
              type="checkbox"
              aria-label={`Select ${u.name}`}
              checked={selected}
              onChange={() => toggleSelected(u.id)}
            />
          )}
          <span>
            <b>
              <Link {...to} data-container={u.id} data-update={u.name}>
                {u.name}
              </Link>
            </b>
            {u.follows ?? <span className={list.dim}>follows nothing</span>}
          </span>
        </div>
      </td>
      <td className={list.full}>
        <StandingLine update={u} last={last} />
        {u.newerTags.map((t) => (
          <span key={t.tag} className={list.tag}>
            {t.tag} is there ({t.step})
          </span>
        ))}
      </td>
      <td className={list.wide}>
        {u.digest && <code title={u.digest}>{shortDigest(u.digest)}</code>} <span>{ago(u.since, now)}</span>
      </td>
      <td className={list.actions}>
        <span>
          <Link {...to} className={ui.quiet} aria-label={running ? `Steps of ${u.name}` : `Review ${u.name}`}>
            {running ? "Steps" : "Review"}
          </Link>
        </span>
      </td>
    </tr>
  );
}
