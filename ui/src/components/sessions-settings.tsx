import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queryClient } from "../api/cache";
import { ApiError, messageOf } from "../api/errors";
import { endSession, sessionsQuery } from "../api/settings";
import type { SignedIn } from "../api/types";
import { browserName } from "../lib/browser-name";
import { ago, dateTime, useNow } from "../lib/format";
import { signOut } from "../lib/sign-out";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { ConfirmDialog } from "./confirm-dialog";
import { SettingsCard } from "./settings-card";
import css from "./settings-card.module.css";
import { ErrorState, Skeleton } from "./states";

function Row({ session: s, onEnd }: { session: SignedIn; onEnd: () => void }) {
  const now = useNow();
  const name = browserName(s.userAgent);
  return (
    <li className={css.setting}>
      <p>
        <b title={s.userAgent}>
          {name}
          {s.current && <span className={css.here}>this browser</span>}
        </b>
        <small>
          {s.remote && `${s.remote}, `}used {ago(s.lastUsedAt, now)}, signed in {dateTime(s.createdAt)}
        </small>
      </p>
      <button
        type="button"
        className={ui.quiet}
        aria-label={
          s.current ? "Sign out of this browser" : `Sign out ${name}${s.remote ? `, ${s.remote}` : ""}`
        }
        onClick={onEnd}
      >
        Sign out
      </button>
    </li>
  );
}

/** Who is signed in where, and the way to end it. */
export function SessionsSettings() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  const [everywhere, setEverywhere] = useState(false);
  const end = async (s: SignedIn) => {
    if (s.current) {
      const problem = await signOut(false);
      if (problem) addToast({ kind: "bad", title: "Still signed in", detail: problem });
      return;
    }
    try {
      await endSession(s.id);
    } catch (problem) {
      // One that is gone already is what was wanted.
      if (!(problem instanceof ApiError && problem.status === 404)) {
        addToast({ kind: "bad", title: "The session goes on", detail: messageOf(problem) });
        return;
      }
    }
    void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: ["session"] });
  };
  const sorted = [...(data ?? [])].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt),
  );
  return (
    <SettingsCard title="Sessions" lead="Browsers that are signed in. One that you do not know should go.">
      {!data && error && (
        <ErrorState what="The sessions could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton width="100%" height={110} />}
      <ul>
        {sorted.map((s) => (
          <Row key={s.id} session={s} onEnd={() => void end(s)} />
        ))}
      </ul>
      {data && (
        <div className={css.setting}>
          <p>
            <b>All of them</b>
            <small>This browser too. You will have to sign in again.</small>
          </p>
          <button type="button" className={ui.quiet} onClick={() => setEverywhere(true)}>
            Sign out everywhere
          </button>
        </div>
      )}
      {everywhere && (
        <ConfirmDialog
          title="Sign out everywhere?"
          verb="Sign out everywhere"
          onConfirm={async () => {
            const problem = await signOut(true);
            if (problem) throw new Error(problem);
          }}
          onClose={() => setEverywhere(false)}
        >
          <p>
            Every browser has to sign in again, this one too. Open terminals end; work that was begun goes on.
          </p>
        </ConfirmDialog>
      )}
    </SettingsCard>
  );
}
