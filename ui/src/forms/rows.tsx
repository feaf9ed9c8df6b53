import type { ReactNode } from "react";
import { useFieldArray, useFormContext } from "react-hook-form";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import type { CreateForm, PairList } from "./create-schema";
import { FieldMessage, TextField } from "./form-parts";
import css from "./rows.module.css";

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
  kind: "ports" | "mounts" | "pairs" | "triples" | "networks";
  /** Ready-made entries, offered beside the button. */
  presets?: { label: string; title?: string; add: () => void }[];
};

/** A list of rows with a button to add one; removing moves focus to what is next to it. */
export function Rows(props: RowsProps) {
  const { count, add, remove, onAdd, onRemove, row, keys, messages, empty, kind, presets = [] } = props;
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
      <div className={css.add}>
        <button type="button" className={ui.quiet} data-add onClick={onAdd}>
          <Icon name="plus" size={15} />
          {add}
        </button>
        {presets.map((p) => (
          <button key={p.label} type="button" className={css.preset} title={p.title} onClick={p.add}>
            {p.label}
          </button>
        ))}
      </div>
    </div>
  );
}

type PairsProps = {
  name: PairList;
  add: string;
  /** What one of them is called: "variable". */
  word: string;
  empty: string;
  placeholders?: [name: string, value: string];
  /** What the value is called; "Value" if nothing else is said. */
  valueWord?: string;
};

/** Lines of NAME=value, as an .env file has them, into rows. */
function pairsOf(text: string): { name: string; value: string }[] {
  return text
    .split(/\r?\n/)
    .map((l) => l.trim())
    .filter((l) => l !== "" && !l.startsWith("#"))
    .map((l) => {
      const [, key = "", value = ""] = /^(?:export\s+)?([^=]+?)\s*=\s*(.*)$/.exec(l) ?? [];
      return { name: key, value: value.replace(/^(["'])(.*)\1$/, "$2") };
    })
    .filter((p) => p.name !== "");
}

/** A list of names with values. Several lines of NAME=value that are pasted into it become rows. */
export function Pairs({ name, add, word, empty, placeholders, valueWord = "Value" }: PairsProps) {
  const { control, setValue, getValues } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name });
  const onPaste = (event: React.ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (!text.includes("\n") || !text.includes("=")) return;
    event.preventDefault();
    const before = getValues(name).filter((p) => p.name !== "" || p.value !== "");
    setValue(name, [...before, ...pairsOf(text)], { shouldDirty: true, shouldValidate: true });
  };
  return (
    <div onPaste={onPaste}>
      <Rows
        kind="pairs"
        count={fields.length}
        keys={fields.map((f) => f.id)}
        add={add}
        remove={(i) => `Remove ${word} ${i + 1}`}
        onAdd={() => append({ name: "", value: "" }, { focusName: `${name}.${fields.length}.name` })}
        onRemove={remove}
        empty={empty}
        messages={(i) => [`${name}.${i}.name`, `${name}.${i}.value`]}
        row={(i) => (
          <>
            <TextField
              bare
              hideLabel
              path={`${name}.${i}.name`}
              label={`Name of ${word} ${i + 1}`}
              placeholder={placeholders?.[0] ?? "name"}
            />
            <TextField
              bare
              hideLabel
              path={`${name}.${i}.value`}
              label={`${valueWord} of ${word} ${i + 1}`}
              placeholder={placeholders?.[1] ?? "value"}
            />
          </>
        )}
      />
    </div>
  );
}
