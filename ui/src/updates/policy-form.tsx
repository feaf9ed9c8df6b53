import { type FormEvent, useState } from "react";
import { type ContainerUpdate, savePolicy, type UpdatePolicy } from "../api/updates";
import { Check, Select, TextInput } from "../components/field";
import { Icon } from "../components/icon";
import { Segments } from "../components/list-head";
import card from "../components/settings-card.module.css";
import fold from "../forms/fold.module.css";
import { type FieldErrors, fieldErrors, noErrors } from "../lib/field-errors";
import ui from "../styles/controls.module.css";
import { type Draft, draftOf, policyOf, policyProblems, policyWords } from "./policy";
import { weekdays } from "./schedule";
import css from "./updates.module.css";

const modes: Record<NonNullable<UpdatePolicy["mode"]>, { label: string; note: string }> = {
  follow: { label: "Follow", note: "It is checked, and can be updated." },
  hold: { label: "Hold", note: "It is checked and shown, but never updated by itself or with others." },
  pin: { label: "Pin", note: "It stays with its digest and is not even checked." },
};

/** How one container wants to be treated. */
export function PolicyForm({ update: u }: { update: ContainerUpdate }) {
  const [draft, setDraft] = useState(() => draftOf(u.policy));
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const set = (change: Partial<Draft>) => {
    setDone(false);
    setDraft((d) => ({ ...d, ...change }));
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const own = policyProblems(draft);
    setErrors({ ...noErrors, fields: own });
    setDone(false);
    if (Object.keys(own).length > 0) return;
    setBusy(true);
    try {
      const saved = await savePolicy(u.name, policyOf(draft, u.policy.skip));
      setDraft(draftOf(saved.policy));
      setDone(true);
    } catch (problem) {
      setErrors(fieldErrors(problem, ["cooldownHours", "watchSeconds", "window"]));
    } finally {
      setBusy(false);
    }
  };

  const { fields, form } = errors;
  return (
    <details className={fold.fold}>
      <summary>
        <Icon name="right" size={16} />
        <b>How it is updated</b>
        <span className={fold.set}>{policyWords(u)}</span>
      </summary>
      <form className={fold.inside} onSubmit={submit} noValidate>
        <div>
          <Segments
            label="Mode"
            value={draft.mode}
            options={(Object.keys(modes) as Draft["mode"][]).map((value) => ({
              value,
              label: modes[value].label,
            }))}
            onChange={(mode) => set({ mode })}
          />
          <p className={ui.help}>{modes[draft.mode].note}</p>
        </div>
        <Select
          label="By itself, when the schedule comes"
          value={draft.automatic}
          options={[
            ["inherit", "As the settings say"],
            ["yes", "Yes"],
            ["no", "No"],
          ]}
          onChange={(automatic) => set({ automatic })}
          help={
            u.database
              ? "It looks like a database, so it is never updated by itself unless you say Yes here."
              : undefined
          }
        />
        <TextInput
          label="Minimum age of an image"
          optional
          inputMode="numeric"
          suffix="hours"
          placeholder="as in the settings"
          value={draft.cooldownHours}
          onChange={(cooldownHours) => set({ cooldownHours })}
          error={fields.cooldownHours}
        />
        <TextInput
          label="Without a health check, it has to run for"
          optional
          inputMode="numeric"
          suffix="seconds"
          placeholder="10"
          value={draft.watchSeconds}
          onChange={(watchSeconds) => set({ watchSeconds })}
          error={fields.watchSeconds}
        />
        <Check
          label="By itself only at certain times"
          checked={draft.windowed}
          onChange={(windowed) => set({ windowed })}
        />
        {draft.windowed && (
          <>
            <fieldset>
              <legend className={ui.label}>
                Days <span>none means all</span>
              </legend>
              <div className={css.days}>
                {weekdays.map((name, i) => (
                  <Check
                    key={name}
                    label={name.slice(0, 3)}
                    checked={draft.days.includes(i + 1)}
                    onChange={(on) =>
                      set({ days: on ? [...draft.days, i + 1] : draft.days.filter((d) => d !== i + 1) })
                    }
                  />
                ))}
              </div>
            </fieldset>
            <div className={css.pair}>
              <TextInput
                label="From"
                value={draft.from}
                placeholder="03:00"
                onChange={(from) => set({ from })}
              />
              <TextInput label="To" value={draft.to} placeholder="05:30" onChange={(to) => set({ to })} />
            </div>
            {fields.window && (
              <p className={ui.bad} role="alert">
                <Icon name="warn" size={15} />
                {fields.window}
              </p>
            )}
          </>
        )}
        {form && (
          <p className={ui.bad} role="alert">
            <Icon name="warn" size={15} />
            {form}
          </p>
        )}
        <p className={card.said} role="status">
          <button type="submit" className={ui.btn} disabled={busy}>
            {busy ? "Saving" : "Save"}
          </button>
          {done && (
            <>
              <Icon name="check" size={16} />
              Saved
            </>
          )}
        </p>
      </form>
    </details>
  );
}
