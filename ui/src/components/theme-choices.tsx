import { useStore } from "../lib/store";
import { chooseTheme, type ThemeChoice, themeChoice } from "../lib/theme";
import ui from "../styles/controls.module.css";
import { Icon, type IconName } from "./icon";

const themes: { choice: ThemeChoice; label: string; icon: IconName }[] = [
  { choice: "system", label: "System", icon: "screen" },
  { choice: "dark", label: "Night", icon: "moon" },
  { choice: "light", label: "Day", icon: "sun" },
];

export function ThemeChoices() {
  const choice = useStore(themeChoice);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the segmented shape
    <div className={ui.seg} role="group" aria-label="Theme">
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
  );
}
