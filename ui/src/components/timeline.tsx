import { Link } from "@tanstack/react-router";
import { Fragment, type ReactNode } from "react";
import type { Activity } from "../api/types";
import { clock, dateTime, dayLabel, useNow } from "../lib/format";
import { details, severityWord } from "../lib/history";
import type { LampKind } from "../lib/status";
import { Lamp } from "./lamp";
import css from "./timeline.module.css";

function lampOf(a: Activity): LampKind {
  if (a.severity === "bad") return "bad";
  if (a.severity === "warning") return "go";
  return a.severity === "good" ? "run" : "off";
}

/** What it happened to, as a link where there is a page for it. */
function Subject({ activity: a }: { activity: Activity }): ReactNode {
  if (a.action === "removed") return <b>{a.subject}</b>;
  switch (a.kind) {
    case "container":
      return a.containerId ? (
        <Link to="/containers/$id" params={{ id: a.containerId }}>
          {a.subject}
        </Link>
      ) : (
        <b>{a.subject}</b>
      );
    case "network":
      return (
        <Link to="/networks" search={{ q: a.subject }}>
          {a.subject}
        </Link>
      );
    case "volume":
      return (
        <Link to="/volumes" search={{ q: a.subject }}>
          {a.subject}
        </Link>
      );
    default:
      return <b>{a.subject}</b>;
  }
}

function Entry({ activity: a, wide }: { activity: Activity; wide: boolean }) {
  const word = severityWord(a);
  const more = details(a);
  return (
    <li data-severity={a.severity}>
      <time dateTime={a.at} title={dateTime(a.at)}>
        {clock(a.at)}
      </time>
      <Lamp kind={lampOf(a)} />
      <div>
        <p>
          {word && <span className={wide ? css.word : "vh"}>{word}</span>} <Subject activity={a} /> {a.text}
        </p>
        {(more || (wide && a.operationId)) && (
          <span>
            {more}
            {wide && a.operationId && (
              <Link
                from="/events"
                to="/events"
                search={(s) => ({ ...s, operation: a.operationId })}
                resetScroll={false}
              >
                Steps
              </Link>
            )}
          </span>
        )}
      </div>
    </li>
  );
}

/** What happened, newest first, with a heading for each day. */
export function Timeline({ activities, wide = false }: { activities: Activity[]; wide?: boolean }) {
  const now = useNow();
  return (
    <ol className={css.events} data-wide={wide || undefined}>
      {activities.map((a, i) => {
        const day = dayLabel(a.at, now);
        const before = activities[i - 1];
        return (
          <Fragment key={a.id}>
            {(!before || dayLabel(before.at, now) !== day) && (
              <li className={css.day}>{wide ? <h2>{day}</h2> : day}</li>
            )}
            <Entry activity={a} wide={wide} />
          </Fragment>
        );
      })}
    </ol>
  );
}
