import { type ReactNode, useId } from "react";
import { type FieldPath, useFormContext } from "react-hook-form";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import type { CreateForm, FieldProblem } from "./create-form";
import css from "./form-parts.module.css";
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
  inputMode?: "numeric";
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
  bare,
}: TextProps) {
  const { register } = useFormContext<CreateForm>();
  const id = useId();
  const { message } = useFieldProblem(path);
  return (
    <div className={ui.field}>
      <label className={hideLabel ? "vh" : ui.label} htmlFor={id}>
        {label} {optional && <span>optional</span>}
      </label>
      <div className={ui.control}>
        <input
          id={id}
          {...register(path)}
          placeholder={placeholder}
          list={list}
          inputMode={inputMode}
          autoComplete="off"
          spellCheck={false}
          data-path={path}
          aria-invalid={Boolean(message) || undefined}
          aria-describedby={`${path}-message`}
        />
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
}: {
  path: Path;
  label: string;
  options: [value: string, label: string][];
  hideLabel?: boolean;
}) {
  const { register } = useFormContext<CreateForm>();
  const id = useId();
  return (
    <div className={ui.field}>
      <label className={hideLabel ? "vh" : ui.label} htmlFor={id}>
        {label}
      </label>
      <div className={ui.control}>
        <select id={id} {...register(path)} data-path={path}>
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
        <Icon name="down" size={17} />
      </div>
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

type RowsProps = {
  count: number;
  add: string;
  remove: (index: number) => string;
  onAdd: () => void;
  onRemove: (index: number) => void;
  row: (index: number) => ReactNode;
  keys: string[];
  messages: (index: number) => string[];
  empty: ReactNode;
  kind: string;
};

/** A list of rows with a button to add one; removing moves focus to what is next to it. */
export function Rows({ count, add, remove, onAdd, onRemove, row, keys, messages, empty, kind }: RowsProps) {
  const take = (button: HTMLElement, i: number) => {
    const list = button.closest("[data-rows]");
    onRemove(i);
    requestAnimationFrame(() => {
      const rows = list?.querySelectorAll<HTMLElement>("[data-remove]");
      (rows?.[Math.min(i, rows.length - 1)] ?? list?.querySelector<HTMLElement>("[data-add]"))?.focus();
    });
  };
  return (
    <div data-rows className={css.rows}>
      {count === 0 && <p className={css.empty}>{empty}</p>}
      {keys.map((key, i) => (
        <div key={key} className={css.entry}>
          <div className={css.row} data-kind={kind}>
            {row(i)}
            <button
              type="button"
              className={ui.icon}
              data-remove
              aria-label={remove(i)}
              title="Remove"
              onClick={(e) => take(e.currentTarget, i)}
            >
              <Icon name="x" size={17} />
            </button>
          </div>
          {messages(i).map((path) => (
            <FieldMessage key={path} id={`${path}-message`} path={path} />
          ))}
        </div>
      ))}
      <button type="button" className={ui.quiet} data-add onClick={onAdd}>
        <Icon name="plus" size={15} />
        {add}
      </button>
    </div>
  );
}
