import type { Change } from "../api/types";
import { plural } from "../lib/format";
import css from "./changes.module.css";
import { formatSize } from "./units";

const groups = [
  "Image",
  "Ports",
  "Storage",
  "Environment",
  "Network",
  "Health",
  "Limits",
  "Rights",
  "Other",
] as const;

const marks: Record<Change["kind"], { sign: string; word: string }> = {
  added: { sign: "+", word: "added" },
  removed: { sign: "−", word: "removed" },
  changed: { sign: "~", word: "changed" },
};

const heading = (n: number) =>
  n === 0 ? "Nothing you set changes" : `${plural(n, "setting")} change${n === 1 ? "s" : ""}`;

/** Sizes come in bytes; a person reads them as the form writes them. */
function readable(change: Change): Change {
  if (!change.field.endsWith("Bytes")) return change;
  const size = (text: string | undefined) =>
    text === undefined ? undefined : text === "-1" ? "unlimited" : formatSize(Number(text));
  return {
    ...change,
    label: change.label.replace(/ in bytes$/, ""),
    before: size(change.before),
    after: size(change.after),
  };
}

/** What will be different: grouped, each line with its name, before and after, and how in sign and word. */
export function Changes({ changes, title }: { changes: Change[]; title?: string }) {
  return (
    <div className={css.changes}>
      <h3 className={css.count}>{title ?? heading(changes.length)}</h3>
      {groups.map((group) => {
        const list = changes.filter((c) => c.group === group).map(readable);
        if (list.length === 0) return null;
        return (
          <section key={group} aria-label={group}>
            <h4>
              {group} <small>{list.length}</small>
            </h4>
            <ul>
              {list.map((c) => (
                <li key={c.field + c.label} data-kind={c.kind}>
                  <span className={css.mark}>
                    <i aria-hidden="true">{marks[c.kind].sign}</i>
                    {marks[c.kind].word}
                  </span>
                  <b>{c.label}</b>
                  <span className={css.values}>
                    {c.before !== undefined && (
                      <del>
                        <span className="vh">before: </span>
                        {c.before || "empty"}
                      </del>
                    )}
                    {c.before !== undefined && c.after !== undefined && (
                      <span aria-hidden="true" className={css.to}>
                        →
                      </span>
                    )}
                    {c.after !== undefined && (
                      <ins>
                        <span className="vh">after: </span>
                        {c.after || "empty"}
                      </ins>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
