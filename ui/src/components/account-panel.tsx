import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { healthQuery, sessionQuery } from "../api/cache";
import { logout } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import { dropProof } from "../api/session";
import { dateTime, plural } from "../lib/format";
import { setSingleKeys, singleKeys } from "../lib/keys";
import { openOverlay } from "../lib/overlay";
import { useStore } from "../lib/store";
import { chooseTheme, type ThemeChoice, themeChoice } from "../lib/theme";
import ui from "../styles/controls.module.css";
import css from "./account-panel.module.css";
import { Icon, type IconName } from "./icon";

const themes: { choice: ThemeChoice; label: string; icon: IconName }[] = [
  { choice: "system", label: "System", icon: "screen" },
  { choice: "dark", label: "Night", icon: "moon" },
  { choice: "light", label: "Day", icon: "sun" },
];

/** Who is signed in, how the page looks, and the way out. A popover on wide screens, a sheet on a phone. */
export function AccountPanel({ onDone }: { onDone: () => void }) {
  const session = useQuery(sessionQuery).data;
  const server = useQuery(healthQuery).data?.server;
  const choice = useStore(themeChoice);
  const keysOn = useStore(singleKeys);
  const [error, setError] = useState("");

  const leave = async (everywhere: boolean) => {
    try {
      await logout(everywhere);
    } catch (problem) {
      // A session the agent no longer knows is as gone as one can be.
      if (!(problem instanceof ApiError && problem.status === 401)) {
        setError(messageOf(problem));
        return;
      }
    }
    onDone();
    dropProof();
  };

  return (
    <div className={css.panel}>
      <header>
        <b>{session?.user ?? "admin"}</b>
        {session && <small>Signed in since {dateTime(session.createdAt)}</small>}
      </header>
      <fieldset>
        <legend>Appearance</legend>
        <div className={ui.seg}>
          {themes.map((t) => (
            <button
              key={t.choice}
              type="button"
              aria-pressed={choice === t.choice}
              onClick={() => chooseTheme(t.choice)}
            >
              <Icon name={t.icon} size={16} />
              {t.label}
            </button>
          ))}
        </div>
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
