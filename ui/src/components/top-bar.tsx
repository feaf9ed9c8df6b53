import { Suspense, useRef, useState } from "react";
import { streamState } from "../api/stream-state";
import { openOverlay } from "../lib/overlay";
import { part } from "../lib/part";
import { useStore } from "../lib/store";
import { chooseTheme, theme } from "../lib/theme";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { Lamp } from "./lamp";
import { LatePopover } from "./late-popover";
import { OperationsButton } from "./operations-button";
import css from "./top-bar.module.css";

const AccountPanel = part(() => import("./account-panel").then((m) => m.AccountPanel));

function Live() {
  const stream = useStore(streamState);
  const live = stream.phase === "live";
  const lost = stream.phase === "waiting" && stream.tries > 1;
  return (
    <span className={css.live} title={live ? "Changes show as they happen" : "Waiting for the agent"}>
      <Lamp kind={live ? "run" : lost ? "bad" : "go"} />
      {live ? "Live" : lost ? "Offline" : "Connecting"}
    </span>
  );
}

export function TopBar() {
  const now = useStore(theme);
  const [account, setAccount] = useState(false);
  const avatar = useRef<HTMLButtonElement>(null);
  const other = now === "dark" ? "light" : "dark";
  return (
    <header className={css.top}>
      <button
        type="button"
        className={css.command}
        aria-label="Search containers and actions"
        aria-haspopup="dialog"
        onClick={() => openOverlay({ kind: "palette" })}
      >
        <Icon name="search" size={17} />
        <span>Search containers and actions</span>
        <kbd>Ctrl</kbd>
        <kbd>K</kbd>
      </button>
      <span className={css.space} />
      <OperationsButton />
      <Live />
      <button
        type="button"
        className={ui.icon}
        aria-label={other === "light" ? "Switch to the day theme" : "Switch to the night theme"}
        title={other === "light" ? "Day theme" : "Night theme"}
        onClick={() => chooseTheme(other)}
      >
        <Icon name={other === "light" ? "sun" : "moon"} />
      </button>
      <button
        ref={avatar}
        type="button"
        className={css.avatar}
        aria-label="Account and appearance"
        aria-haspopup="dialog"
        aria-expanded={account}
        onClick={() => setAccount(!account)}
      >
        AD
      </button>
      {account && avatar.current && (
        <LatePopover
          anchor={avatar.current}
          label="Account and appearance"
          width={288}
          onClose={() => setAccount(false)}
        >
          <Suspense>
            <AccountPanel onDone={() => setAccount(false)} />
          </Suspense>
        </LatePopover>
      )}
    </header>
  );
}
