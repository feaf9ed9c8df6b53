import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { queryClient } from "../api/cache";
import { saveSettings, settingsQuery } from "../api/settings";
import type { Settings } from "../api/types";
import { type FieldErrors, fieldErrors, noErrors } from "../lib/field-errors";
import ui from "../styles/controls.module.css";
import { TextInput } from "./field";
import { Icon } from "./icon";
import { SettingsCard } from "./settings-card";
import css from "./settings-card.module.css";
import { ErrorState, Skeleton } from "./states";

const FIELDS = ["appDataRoot", "timelineDays", "timelineEntries"];
const NUMBER = /^\d{1,9}$/;

function Form({ settings }: { settings: Settings }) {
  const [root, setRoot] = useState(settings.appDataRoot);
  const [days, setDays] = useState(String(settings.timelineDays));
  const [errors, setErrors] = useState<FieldErrors>(noErrors);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [most, setMost] = useState(String(settings.timelineEntries));
  const changed =
    root.trim() !== settings.appDataRoot ||
    days.trim() !== String(settings.timelineDays) ||
    most.trim() !== String(settings.timelineEntries);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !changed) return;
    setDone(false);
    const own: Record<string, string> = {};
    if (!NUMBER.test(days.trim())) own.timelineDays = "Type a number of days.";
    if (!NUMBER.test(most.trim())) own.timelineEntries = "Type a number of events.";
    setErrors({ ...noErrors, fields: own });
    if (Object.keys(own).length > 0) return;
    setBusy(true);
    try {
      const saved = await saveSettings({
        appDataRoot: root.trim(),
        timelineDays: Number(days),
        timelineEntries: Number(most),
      });
      queryClient.setQueryData(settingsQuery.queryKey, saved);
      setRoot(saved.appDataRoot);
      setDays(String(saved.timelineDays));
      setMost(String(saved.timelineEntries));
      setDone(true);
    } catch (problem) {
      setErrors(fieldErrors(problem, FIELDS));
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <TextInput
        label="App data"
        value={root}
        onChange={setRoot}
        error={errors.fields.appDataRoot}
        help="Where new containers get their folders. What is there already stays where it is."
      />
      <TextInput
        label="Keep events for"
        value={days}
        onChange={setDays}
        inputMode="numeric"
        suffix="days"
        error={errors.fields.timelineDays}
        help="Older ones leave the timeline. The audit log is not touched."
      />
      <TextInput
        label="Keep at most"
        value={most}
        onChange={setMost}
        inputMode="numeric"
        suffix="events"
        error={errors.fields.timelineEntries}
        help="When there are more, the oldest go first."
      />
      {errors.form && (
        <p className={ui.bad} role="alert">
          {errors.form}
        </p>
      )}
      <footer>
        <button type="submit" className={ui.primary} disabled={busy || !changed}>
          {busy ? "Saving" : "Save"}
        </button>
        <p role="status" className={css.said}>
          {done && !changed && (
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

export function StorageSettings() {
  const { data, error, refetch } = useQuery(settingsQuery);
  return (
    <SettingsCard title="Storage" lead="For this server, whoever signs in.">
      {!data && error && (
        <ErrorState what="The settings could not be read" error={error} onRetry={() => void refetch()} />
      )}
      {!data && !error && <Skeleton width="100%" height={170} />}
      {data && <Form settings={data} />}
    </SettingsCard>
  );
}
