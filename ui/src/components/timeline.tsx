import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import type { Activity } from "../api/types";
import { clock, dateTime, dayLabel, useNow } from "../lib/format";
import type { LampKind } from "../lib/status";
import { Lamp } from "./lamp";
import css from "./timeline.module.css";

function lampOf(a: Activity): LampKind {
  if (a.severity === "bad") return "bad";
  if (a.severity === "warning") return "go";
  return a.severity === "good" ? "run" : "off";
}

function Entry({ activity: a }: { activity: Activity }) {
  return (
    <li>
      <time dateTime={a.at} title={dateTime(a.at)}>
        {clock(a.at)}
      </time>
      <Lamp kind={lampOf(a)} />
      <div>
        <p>
          {a.containerId && a.kind === "container" && a.action !== "removed" ? (
            <Link to="/containers/$id" params={{ id: a.containerId }}>
              {a.subject}
            </Link>
          ) : (
            <b>{a.subject}</b>
          )}{" "}
          {a.text}
        </p>
        {a.detail && <span>{a.detail}</span>}
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
            {(!before || dayLabel(before.at, now) !== day) && <li className={css.day}>{day}</li>}
            <Entry activity={a} />
          </Fragment>
        );
      })}
    </ol>
  );
}
