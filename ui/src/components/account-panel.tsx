import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { healthQuery, sessionQuery } from "../api/cache";
import { dateTime, plural } from "../lib/format";
import { setSingleKeys, singleKeys } from "../lib/keys";
import { openOverlay } from "../lib/overlay";
import { signOut } from "../lib/sign-out";
import { useStore } from "../lib/store";
import css from "./account-panel.module.css";
import { Icon } from "./icon";
import { ThemeChoices } from "./theme-choices";

/** Who is signed in, how the page looks, and the way out. A popover on wide screens, a sheet on a phone. */
export function AccountPanel({ onDone }: { onDone: () => void }) {
  const session = useQuery(sessionQuery).data;
  const server = useQuery(healthQuery).data?.server;
  const keysOn = useStore(singleKeys);
  const [error, setError] = useState("");

  const leave = async (everywhere: boolean) => {
    const problem = await signOut(everywhere);
    if (problem) setError(problem);
    else onDone();
  };

  return (
    <div className={css.panel}>
      <header>
        <b>{session?.user ?? "admin"}</b>
        {session && <small>Signed in since {dateTime(session.createdAt)}</small>}
      </header>
      <fieldset>
        <legend>Appearance</legend>
        <ThemeChoices />
      </fieldset>
      <label className={css.row}>
        <input type="checkbox" checked={keysOn} onChange={(e) => setSingleKeys(e.target.checked)} />
        <span>Single-key shortcuts</span>
      </label>
      <button
        type="button"
        className={css.row}
        onClick={() => {
          onDone();
          openOverlay({ kind: "help" });
        }}
      >
        <Icon name="keys" />
        <span>All keys</span>
        <kbd>?</kbd>
      </button>
      <Link to="/settings" className={css.row} onClick={onDone}>
        <Icon name="gear" />
        <span>Settings</span>
      </Link>
      <hr />
      <button type="button" className={css.row} onClick={() => void leave(false)}>
        <Icon name="out" />
        <span>Sign out</span>
      </button>
      <button type="button" className={css.row} onClick={() => void leave(true)}>
        <Icon name="shield" />
        <span>Sign out everywhere</span>
        {session && session.sessions > 1 && <small>{plural(session.sessions, "session")}</small>}
      </button>
      {error && (
        <p className={css.error} role="alert">
          {error}
        </p>
      )}
      {server && <footer>Harbourmaster {server.version}</footer>}
    </div>
  );
}
