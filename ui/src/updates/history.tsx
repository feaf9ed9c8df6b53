import { Link } from "@tanstack/react-router";
import type { ContainerUpdate } from "../api/updates";
import { Icon } from "../components/icon";
import { CopyButton } from "../components/states";
import fold from "../forms/fold.module.css";
import { dateTime, plural, shortDigest } from "../lib/format";
import sheet from "../store/sheet.module.css";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";

/** What runs and what ran before, each with the way back to it. */
export function DigestHistory({ update: u }: { update: ContainerUpdate }) {
  return (
    <details className={fold.fold} open={u.before.length > 0 && u.status === "current"}>
      <summary>
        <Icon name="right" size={16} />
        <b>History</b>
        <span className={fold.set}>
          {u.before.length === 0
            ? "nothing ran before it"
            : `${plural(u.before.length, "version")} to go back to`}
        </span>
      </summary>
      <div className={fold.inside}>
        <div className={sheet.fact}>
          <p>
            <b>{u.digest ? shortDigest(u.digest) : "A digest nobody knows"}</b>
            <small>
              runs since {dateTime(u.since)}
              {!u.operation && ", made elsewhere"}
            </small>
          </p>
          {u.digest && <CopyButton icon text={u.digest} label="Copy the digest that runs" />}
        </div>
        {u.before.map((b) => (
          <div key={b.digest + b.until} className={sheet.fact}>
            <p>
              <b>{shortDigest(b.digest)}</b> {!b.here && <small className={list.tag}>fetched again</small>}
              <small>
                {b.reference}, {dateTime(b.since)} to {dateTime(b.until)}
              </small>
            </p>
            <Link
              from="/updates/$name"
              to="/updates/$name"
              params={{ name: u.name }}
              search={(s) => ({ ...s, digest: b.digest, tag: undefined, operation: undefined })}
              resetScroll={false}
              className={ui.quiet}
              aria-label={`Go back to ${shortDigest(b.digest)}`}
            >
              Go back…
            </Link>
          </div>
        ))}
      </div>
    </details>
  );
}
