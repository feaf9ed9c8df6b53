import { useId } from "react";
import { useFormContext } from "react-hook-form";
import ui from "../styles/controls.module.css";
import css from "./choices.module.css";
import type { CreateForm } from "./create-schema";
import type { Path } from "./form-parts";

type Choice = { value: string; label: string; note: string };

/** A few ways of which one is chosen, each with a line that says what it means. */
export function Choices({ path, label, choices }: { path: Path; label: string; choices: Choice[] }) {
  const { register } = useFormContext<CreateForm>();
  const id = useId();
  return (
    <fieldset className={css.choices} aria-labelledby={id}>
      <legend id={id} className={ui.label}>
        {label}
      </legend>
      <div>
        {choices.map((c) => (
          <label key={c.value}>
            <input type="radio" value={c.value} {...register(path)} data-path={path} />
            <b>{c.label}</b>
            <span>{c.note}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
