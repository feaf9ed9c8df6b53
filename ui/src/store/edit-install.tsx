import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import {
  type AppPreview,
  type Begun,
  changeInstall,
  type InstallDetails,
  installQuery,
  previewChange,
} from "../api/store";
import { Check } from "../components/field";
import { ErrorState, Skeleton } from "../components/states";
import { Changes } from "../forms/changes";
import { plural } from "../lib/format";
import { AppForm } from "./app-form";
import { type Draft, draftFrom, toAnswers } from "./draft";
import type { Ask } from "./use-preview";
import { changesOf } from "./words";

type Props = {
  id: string;
  /** What was entered before it failed. */
  kept: Draft | undefined;
  onBegun: (begun: Begun, entered: Draft) => void;
  onCancel: () => void;
};

const words = {
  label: "Settings",
  submit: "Save and re-create",
  busy: "Saving",
  failed: "It was not changed.",
  plan: (p: AppPreview) => `Re-creates ${plural(p.containers.length, "container")}`,
};

function Edit({ details, kept, onBegun, onCancel }: Omit<Props, "id"> & { details: InstallDetails }) {
  const { id, name, newer } = details;
  // Read once: what comes from the agent while somebody types must not take it away.
  const [{ form, answers, revision, initial }] = useState(() => ({
    form: details.form,
    answers: details.answers,
    revision: details.revision,
    initial: kept ?? draftFrom(details.answers, details.confirmed),
  }));
  const [update, setUpdate] = useState(false);
  const ask: Ask = useCallback(
    (asked, signal) => previewChange(id, { ...asked, update }, signal),
    [id, update],
  );
  return (
    <AppForm
      form={form}
      initial={initial}
      ask={ask}
      words={words}
      named={false}
      cancel={onCancel}
      below={(asked) => (
        <>
          {newer && (
            <Check
              label={`Also go to version ${newer}`}
              help={`Now it is ${details.version}.`}
              checked={update}
              onChange={setUpdate}
            />
          )}
          <Changes
            changes={changesOf(form, toAnswers(draftFrom(answers, [])), {
              ...asked.answers,
              name: answers.name,
            })}
          />
        </>
      )}
      onSubmit={async (asked) => {
        const begun = await changeInstall(id, { ...asked, update, revision }, name);
        onBegun(begun, draftFrom(asked.answers, asked.confirmRisks));
      }}
    />
  );
}

/** The form of an app once more, with what was answered. */
export function EditInstall({ id, ...props }: Props) {
  const { data, error, refetch } = useQuery(installQuery(id));
  if (data) return <Edit details={data} {...props} />;
  if (error)
    return <ErrorState what="Its settings could not be read" error={error} onRetry={() => void refetch()} />;
  return <Skeleton width="100%" height={320} />;
}
