import type { ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import { Icon } from "../components/icon";
import { plural } from "../lib/format";
import { type CreateForm, emptyForm } from "./create-schema";
import css from "./fold.module.css";
import { problemPaths, useProblems } from "./problems";

type Fields = Partial<Record<keyof CreateForm, string>>;

/** A value worth a word on the closed fold: short, and no secret. */
function shown(label: string, value: unknown): string {
  if (Array.isArray(value)) return value.length > 1 ? `${label} (${value.length})` : label;
  if (typeof value === "string" && value.length > 0 && value.length <= 18) return `${label} ${value}`;
  return label;
}

/** A part most people leave alone. Closed, it says what in it is set and whether something in it is wrong. */
export function Fold({ title, fields, children }: { title: string; fields: Fields; children: ReactNode }) {
  const keys = Object.keys(fields) as (keyof CreateForm)[];
  const { formState } = useFormContext<CreateForm>();
  const values = useWatch<CreateForm>({ name: keys }) as unknown[];
  const problems = useProblems();
  const set = keys.flatMap((key, i) => {
    const value = values[i];
    const open = Array.isArray(value) ? value.length === 0 : value === emptyForm[key];
    return open ? [] : [shown(fields[key] ?? key, value)];
  });
  const wrong = problemPaths(formState.errors, problems.fields).filter((path) =>
    keys.includes(path.split(".")[0] as keyof CreateForm),
  ).length;
  return (
    <details className={css.fold}>
      <summary>
        <Icon name="right" size={16} />
        <b>{title}</b>
        <span className={css.set} data-set={set.length > 0 || undefined}>
          {set.length > 0 ? set.join(" · ") : "nothing set"}
        </span>
        {wrong > 0 && <em>{plural(wrong, "problem")}</em>}
      </summary>
      <div className={css.inside}>{children}</div>
    </details>
  );
}
