import { setSingleKeys, singleKeys } from "../lib/keys";
import { openOverlay } from "../lib/overlay";
import { useStore } from "../lib/store";
import ui from "../styles/controls.module.css";
import { SettingsCard } from "./settings-card";
import css from "./settings-card.module.css";
import { ThemeChoices } from "./theme-choices";

/** How the page looks and listens, in this browser. */
export function AppearanceSettings() {
  const keysOn = useStore(singleKeys);
  return (
    <SettingsCard title="Appearance" lead="Kept in this browser; others have their own.">
      <div className={css.setting}>
        <p>
          <b>Theme</b>
          <small>Night, day, or as the system has it.</small>
        </p>
        <ThemeChoices />
      </div>
      <div className={css.setting}>
        <p>
          <b>
            <label htmlFor="single-keys">Single-key shortcuts</label>
          </b>
          <small>Letters that act at once, outside of fields. Ctrl+K and Esc work always.</small>
        </p>
        <button
          type="button"
          className={ui.quiet}
          aria-haspopup="dialog"
          onClick={() => openOverlay({ kind: "help" })}
        >
          All keys
        </button>
        <input
          id="single-keys"
          type="checkbox"
          checked={keysOn}
          onChange={(e) => setSingleKeys(e.target.checked)}
        />
      </div>
    </SettingsCard>
  );
}
