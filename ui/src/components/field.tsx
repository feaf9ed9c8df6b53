import { type HTMLAttributes, type ReactNode, useId } from "react";
import ui from "../styles/controls.module.css";
import css from "./field.module.css";
import { Icon } from "./icon";

/** Controls of small forms, where the state is the form's own. The create form has its own kind, in `forms/`. */

function Message({ id, error, help }: { id: string; error?: string; help?: ReactNode }) {
  if (error) {
    return (
      <p id={id} className={ui.bad} role="alert">
        <Icon name="warn" size={15} />
        {error}
      </p>
    );
  }
  return help ? (
    <p id={id} className={ui.help}>
      {help}
    </p>
  ) : null;
}

type TextProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string;
  help?: ReactNode;
  optional?: boolean;
  placeholder?: string;
  inputMode?: HTMLAttributes<HTMLInputElement>["inputMode"];
  suffix?: string;
  /** Values to choose from, by the id of a `datalist`. */
  list?: string;
};

export function TextInput(p: TextProps) {
  const id = useId();
  return (
    <div className={ui.field}>
      <label className={ui.label} htmlFor={id}>
        {p.label} {p.optional && <span>optional</span>}
      </label>
      <div className={ui.control}>
        <input
          id={id}
          value={p.value}
          placeholder={p.placeholder}
          inputMode={p.inputMode}
          list={p.list}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={Boolean(p.error) || undefined}
          aria-describedby={p.error || p.help ? `${id}-help` : undefined}
          onChange={(e) => p.onChange(e.target.value)}
        />
        {p.suffix && <span className={css.suffix}>{p.suffix}</span>}
      </div>
      <Message id={`${id}-help`} error={p.error} help={p.help} />
    </div>
  );
}

export function Check({
  label,
  help,
  checked,
  onChange,
}: {
  label: string;
  help?: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label className={css.check}>
      <input type="checkbox" checked={checked} onChange={(e) => onChange(e.target.checked)} />
      <span>
        {label}
        {help && <small>{help}</small>}
      </span>
    </label>
  );
}

/** Several lines, such as one `name=value` each: quick to type, and to paste. */
export function Lines({
  label,
  value,
  onChange,
  placeholder,
  error,
  help,
  required = false,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  error?: string;
  help?: ReactNode;
  required?: boolean;
}) {
  const id = useId();
  return (
    <div className={ui.field}>
      <label className={ui.label} htmlFor={id}>
        {label} {!required && <span>optional</span>}
      </label>
      <textarea
        id={id}
        className={css.lines}
        rows={2}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        autoCapitalize="none"
        aria-invalid={Boolean(error) || undefined}
        aria-describedby={error || help ? `${id}-help` : undefined}
        onChange={(e) => onChange(e.target.value)}
      />
      <Message id={`${id}-help`} error={error} help={help} />
    </div>
  );
}

/** What endangers data or the server is done by typing its name, so that no habit of clicking does it. */
export function TypeToConfirm({
  word,
  to,
  value,
  onChange,
}: {
  word: string;
  to: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className={css.confirm}>
      <label htmlFor={id}>
        Type <code>{word}</code> {to}
      </label>
      <div className={ui.control}>
        <input
          id={id}
          value={value}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          onChange={(e) => onChange(e.target.value)}
        />
      </div>
    </div>
  );
}

export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
  help,
}: {
  label: string;
  value: T;
  options: readonly (readonly [value: T, label: string])[];
  onChange: (value: T) => void;
  help?: ReactNode;
}) {
  const id = useId();
  return (
    <div className={ui.field}>
      <label className={ui.label} htmlFor={id}>
        {label}
      </label>
      <div className={ui.control}>
        <select
          id={id}
          value={value}
          aria-describedby={help ? `${id}-help` : undefined}
          onChange={(e) => {
            const chosen = options.find(([v]) => v === e.target.value);
            if (chosen) onChange(chosen[0]);
          }}
        >
          {options.map(([v, text]) => (
            <option key={v} value={v}>
              {text}
            </option>
          ))}
        </select>
        <Icon name="down" size={17} />
      </div>
      <Message id={`${id}-help`} help={help} />
    </div>
  );
}
