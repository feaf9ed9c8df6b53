import { useId, useState } from "react";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  autoComplete: "current-password" | "new-password";
  help?: string;
  error?: string;
  autoFocus?: boolean;
};

export function PasswordField({ label, value, onChange, autoComplete, help, error, autoFocus }: Props) {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div className={ui.field}>
      <label className={ui.label} htmlFor={id}>
        {label}
      </label>
      <div className={ui.control}>
        <input
          id={id}
          type={shown ? "text" : "password"}
          value={value}
          autoComplete={autoComplete}
          // biome-ignore lint/a11y/noAutofocus: the only field of its page or dialog
          autoFocus={autoFocus}
          spellCheck={false}
          aria-invalid={Boolean(error) || undefined}
          aria-describedby={error || help ? `${id}-help` : undefined}
          onChange={(e) => onChange(e.target.value)}
        />
        <button
          type="button"
          className={ui.icon}
          aria-label={shown ? "Hide password" : "Show password"}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon name="eye" size={17} />
        </button>
      </div>
      {(error || help) && (
        <p id={`${id}-help`} className={error ? ui.bad : ui.help} role={error ? "alert" : undefined}>
          {error && <Icon name="warn" size={15} />}
          {error || help}
        </p>
      )}
    </div>
  );
}
