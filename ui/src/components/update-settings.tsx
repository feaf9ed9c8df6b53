import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { queryClient } from "../api/cache";
import { saveUpdateSettings, type UpdateSettings, updateSettingsQuery } from "../api/updates";
import { type FieldErrors, fieldErrors, noErrors } from "../lib/field-errors";
import ui from "../styles/controls.module.css";
import {
  isTime,
  readSchedule,
  type Schedule,
  scheduleWords,
  weekdays,
  writeSchedule,
} from "../updates/schedule";
import { Check, Select, TextInput } from "./field";
import { Icon } from "./icon";
import { SettingsCard } from "./settings-card";
import css from "./settings-card.module.css";
import { ErrorState, Skeleton } from "./states";

const FIELDS = ["schedule", "timeZone", "cooldownHours", "keep"];
const NUMBER = /^\d{1,4}$/;

/** All ways to write a schedule at once, so that going from one to another loses nothing. */
type Draft = { kind: Schedule["kind"]; time: string; day: string; cron: string };

function draftOf(cron: string | undefined): Draft {
  const schedule = readSchedule(cron);
  return {
    kind: schedule.kind,
    time: "time" in schedule ? schedule.time : "04:00",
    day: "day" in schedule ? String(schedule.day) : "1",
    cron: cron ?? "0 4 * * *",
  };
}

function scheduleOf({ kind, time, day, cron }: Draft): Schedule {
  switch (kind) {
    case "never":
      return { kind };
    case "daily":
      return { kind, time };
    case "weekly":
      return { kind, time, day: Number(day) };
    case "own":
      return { kind, cron };
  }
}

/** The schedule in words and as cron, as far as it can be said by now. */
function Said({ draft }: { draft: Draft }) {
  const timed = draft.kind === "daily" || draft.kind === "weekly";
  if (timed && !isTime(draft.time)) return null;
  const cron = writeSchedule(scheduleOf(draft));
  const words = scheduleWords(cron);
  return (
    <p className={ui.help}>
      <Icon name="clock" size={15} />
      <span>
        {words ?? "As it says"}
        {cron !== undefined && (
          <>
            {" · "}
            <code>{cron}</code>
          </>
        )}
      </span>
    </p>
  );
}

function Form({ settings }: { settings: UpdateSettings }) {
  const [draft, setDraft] = useState(() => draftOf(settings.schedule));
  const [zone, setZone] = useState(settings.timeZone);
  const [automatic, setAutomatic] = useState(settings.automatic);
  const [cooldown, setCooldown] = useState(String(settings.cooldownHours));
  const [keep, setKeep] = useState(String(settings.keep));
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const zones = useId();
  const set = (change: Partial<Draft>) => setDraft((d) => ({ ...d, ...change }));

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setDone(false);
    const own: Record<string, string> = {};
    const timed = draft.kind === "daily" || draft.kind === "weekly";
    if (timed && !isTime(draft.time)) own.schedule = "Type a time like 04:30.";
    if (draft.kind === "own" && draft.cron.trim().split(/\s+/).length !== 5)
      own.schedule = "Type five fields: minute, hour, day, month, day of the week.";
    if (!NUMBER.test(cooldown.trim())) own.cooldownHours = "Type a number of hours.";
    if (!NUMBER.test(keep.trim())) own.keep = "Type a number of versions.";
    setErrors({ ...noErrors, fields: own });
    if (Object.keys(own).length > 0) return;
    setBusy(true);
    try {
      const saved = await saveUpdateSettings({
        schedule: writeSchedule(scheduleOf(draft)),
        timeZone: zone.trim(),
        automatic,
        cooldownHours: Number(cooldown),
        keep: Number(keep),
      });
      queryClient.setQueryData(updateSettingsQuery.queryKey, saved);
      setDraft(draftOf(saved.schedule));
      setDone(true);
    } catch (problem) {
      setErrors(fieldErrors(problem, FIELDS));
    } finally {
      setBusy(false);
    }
  };

  const { fields, form } = errors;
  return (
    <form className={css.form} onSubmit={submit} noValidate onChange={() => setDone(false)}>
      <Select
        label="Check for updates"
        value={draft.kind}
        options={[
          ["never", "Only when somebody asks"],
          ["daily", "Every day"],
          ["weekly", "Every week"],
          ["own", "By a cron expression"],
        ]}
        onChange={(kind) => set({ kind })}
      />
      {draft.kind === "weekly" && (
        <Select
          label="On"
          value={draft.day}
          options={weekdays.map((name, i) => [String(i + 1), name] as const)}
          onChange={(day) => set({ day })}
        />
      )}
      {(draft.kind === "daily" || draft.kind === "weekly") && (
        <TextInput
          label="At"
          value={draft.time}
          placeholder="04:00"
          onChange={(time) => set({ time })}
          error={fields.schedule}
        />
      )}
      {draft.kind === "own" && (
        <TextInput
          label="Cron expression"
          value={draft.cron}
          placeholder="0 4 * * *"
          onChange={(cron) => set({ cron })}
          error={fields.schedule}
          help="Minute, hour, day of the month, month, day of the week."
        />
      )}
      <Said draft={draft} />
      <TextInput
        label="Time zone"
        value={zone}
        onChange={setZone}
        list={zones}
        error={fields.timeZone}
        help="Of the schedule, and of the times at which single containers may be updated."
      />
      <datalist id={zones}>
        {Intl.supportedValuesOf("timeZone").map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Check
        label="Also update, not only check"
        help="What widens rights or touches a database waits for you all the same."
        checked={automatic}
        onChange={setAutomatic}
      />
      <TextInput
        label="Minimum age of an image"
        value={cooldown}
        onChange={setCooldown}
        inputMode="numeric"
        suffix="hours"
        error={fields.cooldownHours}
        help="Counted from when it was first seen. A bad version is often taken back within a day."
      />
      <TextInput
        label="Versions to go back to"
        value={keep}
        onChange={setKeep}
        inputMode="numeric"
        suffix="for each container"
        error={fields.keep}
        help="Their images stay on this server."
      />
      {form && (
        <p className={ui.bad} role="alert">
          {form}
        </p>
      )}
      <footer>
        <button type="submit" className={ui.primary} disabled={busy}>
          {busy ? "Saving" : "Save"}
        </button>
        <p role="status" className={css.said}>
          {done && (
            <>
              <Icon name="check" size={16} />
              Saved
            </>
          )}
        </p>
      </footer>
    </form>
  );
}

/** When this server looks for updates, and what it does about them. */
export function UpdatesSettings() {
  const { data, error, refetch } = useQuery(updateSettingsQuery);
  return (
    <SettingsCard
      title="Updates"
      lead={
        <>
          For all containers of this server. What is different for one of them is set beside it, in{" "}
          <Link to="/updates" className={ui.link}>
            Updates
          </Link>
          .
        </>
      }
    >
      {!data && error && (
        <ErrorState what="The settings could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton width="100%" height={320} />}
      {data && <Form settings={data} />}
    </SettingsCard>
  );
}
