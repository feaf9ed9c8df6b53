import { type ReactNode, useId } from "react";
import { type FieldPath, useFormContext } from "react-hook-form";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import type { CreateForm } from "./create-schema";
import css from "./form-parts.module.css";
import type { FieldProblem } from "./place-problems";
import { useProblems } from "./problems";

export type Path = FieldPath<CreateForm>;

/** The form's own complaint first: until it is gone, the agent has not seen the value. */
export function useFieldProblem(path: string): { message?: string; problem?: FieldProblem } {
  const { getFieldState, formState } = useFormContext<CreateForm>();
  const own = getFieldState(path as Path, formState).error?.message;
  const problem = useProblems().fields.find((p) => p.path === path);
  return own ? { message: own } : { message: problem?.message, problem };
}

export function FieldMessage({ id, path, help }: { id: string; path: string; help?: ReactNode }) {
  const { message, problem } = useFieldProblem(path);
  const { applySuggestion } = useProblems();
  if (!message)
    return help ? (
      <p id={id} className={ui.help}>
        {help}
      </p>
    ) : null;
  return (
    <div className={css.message}>
      <p id={id} className={ui.bad}>
        <Icon name="warn" size={15} />
        <span>{message}</span>
      </p>
      {problem?.suggestion && (
        <button type="button" className={ui.quiet} onClick={() => applySuggestion(problem)}>
          {problem.suggestion.label}
        </button>
      )}
    </div>
  );
}

type TextProps = {
  path: Path;
  label: string;
  hideLabel?: boolean;
  optional?: boolean;
  help?: ReactNode;
  placeholder?: string;
  list?: string;
  inputMode?: "numeric" | "decimal";
  /** Several lines; each is an entry of its own. */
  lines?: boolean;
  /** On show, but not to be changed here. */
  fixed?: boolean;
  /** In a row of several fields the message stands below the row. */
  bare?: boolean;
};

export function TextField({
  path,
  label,
  hideLabel,
  optional,
  help,
  placeholder,
  list,
  inputMode,
  lines,
  fixed,
  bare,
}: TextProps) {
  const { register } = useFormContext<CreateForm>();
  const id = useId();
  const { message } = useFieldProblem(path);
  const shared = {
    id,
    ...register(path),
    placeholder,
    autoComplete: "off",
    autoCapitalize: "none",
    spellCheck: false,
    readOnly: fixed,
    "data-path": path,
    "aria-invalid": Boolean(message) || undefined,
    "aria-describedby": `${path}-message`,
  };
  return (
    <div className={ui.field}>
      <label className={hideLabel ? "vh" : ui.label} htmlFor={id}>
        {label} {optional && <span>optional</span>}
      </label>
      <div className={`${ui.control} ${lines ? css.lines : fixed ? css.fixed : ""}`}>
        {lines ? <textarea rows={3} {...shared} /> : <input {...shared} list={list} inputMode={inputMode} />}
      </div>
      {!bare && <FieldMessage id={`${path}-message`} path={path} help={help} />}
    </div>
  );
}

export function SelectField({
  path,
  label,
  options,
  hideLabel,
  help,
  onChange,
}: {
  path: Path;
  label: string;
  options: [value: string, label: string][];
  hideLabel?: boolean;
  help?: ReactNode;
  onChange?: (value: string) => void;
}) {
  const { register } = useFormContext<CreateForm>();
  const id = useId();
  const { message } = useFieldProblem(path);
  return (
    <div className={ui.field}>
      <label className={hideLabel ? "vh" : ui.label} htmlFor={id}>
        {label}
      </label>
      <div className={ui.control}>
        <select
          id={id}
          {...register(path, { onChange: (event) => onChange?.(event.target.value) })}
          data-path={path}
          aria-invalid={Boolean(message) || undefined}
          aria-describedby={`${path}-message`}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Icon name="down" size={17} />
      </div>
      {!hideLabel && <FieldMessage id={`${path}-message`} path={path} help={help} />}
    </div>
  );
}

export function CheckField({ path, label, help }: { path: Path; label: string; help?: ReactNode }) {
  const { register } = useFormContext<CreateForm>();
  return (
    <label className={css.check}>
      <input type="checkbox" {...register(path)} data-path={path} />
      <span>
        {label}
        {help && <small>{help}</small>}
      </span>
    </label>
  );
}
