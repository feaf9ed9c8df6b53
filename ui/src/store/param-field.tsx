import { useState } from "react";
import type { ParamField as Param } from "../api/store";
import field from "../components/field.module.css";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import { paramText, withParam } from "./draft";
import { Entry, plain } from "./entry";
import { useAppForm } from "./form-context";
import { makeSecret } from "./secrets";
import { StoreGlyph } from "./store-glyph";

/** What the numbers of a param allow, in words. */
function range({ kind, min, max }: Param): string {
  const of = kind === "number" ? "" : " characters";
  if (min !== undefined && max !== undefined) return `${min} to ${max}${of}`;
  if (min !== undefined) return `at least ${min}${of}`;
  return max === undefined ? "" : `at most ${max}${of}`;
}

function SecretField({ param }: { param: Param }) {
  const { draft, change } = useAppForm();
  const [shown, setShown] = useState(false);
  const typed = draft.params[param.key];
  const help =
    typed !== undefined
      ? param.description
      : param.kept
        ? "It stays as it is. Type another to change it."
        : param.generated
          ? "Made up when it is installed, and shown once then."
          : param.description;
  return (
    <Entry
      place={`params.${param.key}`}
      label={param.label}
      optional={!param.required && !param.generated && !param.kept}
      help={help}
    >
      {(control) => (
        <>
          <input
            {...control}
            {...plain}
            type={shown ? "text" : "password"}
            autoComplete="new-password"
            value={typed ?? ""}
            placeholder={
              typed === undefined && (param.kept || param.generated) ? "••••••••••••••••" : undefined
            }
            onChange={(e) =>
              // Emptied, it is made up or kept again; one that nobody makes up is empty.
              change(
                withParam(
                  draft,
                  param.key,
                  e.target.value || (param.generated || param.kept ? undefined : ""),
                ),
              )
            }
          />
          {typed && (
            <button
              type="button"
              className={ui.icon}
              aria-label={`${shown ? "Hide" : "Show"} ${param.label}`}
              aria-pressed={shown}
              title={shown ? "Hide" : "Show"}
              onClick={() => setShown(!shown)}
            >
              <Icon name="eye" size={17} />
            </button>
          )}
          <button
            type="button"
            className={ui.icon}
            aria-label={`Make another ${param.label}`}
            title="Make another"
            onClick={() => change(withParam(draft, param.key, makeSecret(param.min, param.max)))}
          >
            <StoreGlyph name="dice" />
          </button>
        </>
      )}
    </Entry>
  );
}

function BooleanField({ param }: { param: Param }) {
  const { form, draft, change, problems } = useAppForm();
  const problem = problems.get(`params.${param.key}`);
  const notes = [
    param.description,
    param.turnsOn.length > 0 && `Without it these are left out: ${param.turnsOn.join(", ")}.`,
  ].filter(Boolean);
  return (
    <label className={field.check}>
      <input
        type="checkbox"
        data-path={`params.${param.key}`}
        checked={paramText(form, draft, param) === "true"}
        onChange={(e) => change(withParam(draft, param.key, String(e.target.checked)))}
      />
      <span>
        {param.label}
        {notes.length > 0 && <small>{notes.join(" ")}</small>}
        {problem && <small className={ui.bad}>{problem.message}</small>}
      </span>
    </label>
  );
}

/** A value that an app asks for, by its kind. */
export function ParamField({ param }: { param: Param }) {
  const { form, draft, change } = useAppForm();
  if (param.kind === "boolean") return <BooleanField param={param} />;
  if (param.kind === "secret") return <SecretField param={param} />;
  const value = paramText(form, draft, param);
  const set = (text: string) => change(withParam(draft, param.key, text));
  const help = [param.description, range(param)].filter(Boolean).join(" · ");
  return (
    <Entry place={`params.${param.key}`} label={param.label} optional={!param.required} help={help}>
      {(control) =>
        param.options.length > 0 ? (
          <>
            <select {...control} value={value} onChange={(e) => set(e.target.value)}>
              {!param.options.includes(value) && <option value={value}>{value || "Choose one"}</option>}
              {param.options.map((option) => (
                <option key={option} value={option}>
                  {option}
                </option>
              ))}
            </select>
            <Icon name="down" size={17} />
          </>
        ) : (
          <input
            {...control}
            {...plain}
            inputMode={param.kind === "number" ? "decimal" : undefined}
            value={value}
            onChange={(e) => set(e.target.value)}
          />
        )
      }
    </Entry>
  );
}
