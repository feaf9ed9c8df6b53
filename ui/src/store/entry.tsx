import { type ReactNode, useId } from "react";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import { useAppForm } from "./form-context";
import css from "./sheet.module.css";

/** What a control inside an entry needs to be named, described and found. */
export type ControlProps = {
  id: string;
  "data-path": string;
  "aria-invalid": true | undefined;
  "aria-describedby": string | undefined;
};

type Props = {
  /** Where its problems are told: `ports.web:80/tcp`. */
  place: string;
  label: string;
  optional?: boolean;
  help?: ReactNode;
  /** Present when it may be left out. */
  off?: { is: boolean; word: string; instead: string; set: (off: boolean) => void };
  /** Further ways beneath it. */
  below?: ReactNode;
  children: (control: ControlProps) => ReactNode;
};

const SHORT = 12;

/** A field of an app's form: its label, its control, and what there is to say about it. */
export function Entry({ place, label, optional, help, off, below, children }: Props) {
  const { problems, take } = useAppForm();
  const id = useId();
  const problem = problems.get(place);
  const told = off?.is ? undefined : problem;
  // A port has room in the field, a path has not.
  const short = (told?.suggestion?.label.length ?? 0) <= SHORT;
  const suggestion = told?.suggestion && (
    <button type="button" className={ui.quiet} onClick={() => take(told)}>
      {told.suggestion.label}
    </button>
  );
  const described = told || help ? `${id}-help` : undefined;
  return (
    <div className={ui.field}>
      <div className={css.top}>
        <label className={ui.label} htmlFor={id}>
          {label} {optional && <span>optional</span>}
        </label>
        {off && (
          <label className={ui.check}>
            <input type="checkbox" checked={!off.is} onChange={(e) => off.set(!e.target.checked)} />
            {off.word}
          </label>
        )}
      </div>
      {off?.is ? (
        <p className={ui.help} id={id}>
          {off.instead}
        </p>
      ) : (
        <div className={`${ui.control} ${css.control}`}>
          {children({
            id,
            "data-path": place,
            "aria-invalid": told ? true : undefined,
            "aria-describedby": described,
          })}
          {short && suggestion}
        </div>
      )}
      {!off?.is && (told || help) && (
        <p id={described} className={told ? ui.bad : ui.help}>
          {told && <Icon name="warn" size={15} />}
          <span>{told ? told.message : help}</span>
        </p>
      )}
      {!off?.is && (below || !short) && (
        <div className={css.acts}>
          {!short && suggestion}
          {below}
        </div>
      )}
    </div>
  );
}

/** A text input that leaves names and paths as they were typed. */
export const plain = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const;
