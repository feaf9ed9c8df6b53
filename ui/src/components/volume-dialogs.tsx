import { useState } from "react";
import { queryClient } from "../api/cache";
import { createVolume, removeVolume, volumesQuery } from "../api/resources";
import type { Volume } from "../api/types";
import { disk, shortId } from "../lib/format";
import { readPairs } from "../lib/pairs";
import { addToast } from "../lib/toast";
import { ConfirmDialog } from "./confirm-dialog";
import css from "./confirm-dialog.module.css";
import { Lines, TextInput, TypeToConfirm } from "./field";
import { Icon } from "./icon";
import { MakingDialog, useMaking } from "./making-dialog";
import { UsedByText } from "./used-by";

const FIELDS = ["name", "driver", "driverOptions", "labels"];

export function CreateVolume({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [driver, setDriver] = useState("");
  const [options, setOptions] = useState("");
  const [labels, setLabels] = useState("");
  const [confirmed, setConfirmed] = useState<Record<string, string>>({});
  const { errors, busy, make } = useMaking(FIELDS);

  const submit = () => {
    const readOptions = readPairs(options);
    const readLabels = readPairs(labels);
    const own: Record<string, string> = {};
    if (!name.trim()) own.name = "Give it a name; containers mount it by that.";
    if (readOptions.error) own.driverOptions = readOptions.error;
    if (readLabels.error) own.labels = readLabels.error;
    const confirmRisks = Object.keys(confirmed).filter((risk) => confirmed[risk]?.trim() === risk);
    void make(own, async () => {
      await createVolume({
        name: name.trim(),
        driver: driver.trim() || undefined,
        driverOptions: readOptions.pairs,
        labels: readLabels.pairs,
        confirmRisks: confirmRisks.length > 0 ? confirmRisks : undefined,
      });
      void queryClient.invalidateQueries({ queryKey: volumesQuery.queryKey });
      addToast({ kind: "good", title: `${name.trim()} made` });
      onClose();
    });
  };

  return (
    <MakingDialog
      title="New volume"
      verb="Create volume"
      busy={busy}
      error={errors.form}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={setName}
        error={errors.fields.name}
        placeholder="photos"
        help="Its data stays when containers go."
      />
      <TextInput
        label="Driver"
        optional
        value={driver}
        onChange={setDriver}
        error={errors.fields.driver}
        placeholder="local"
      />
      <Lines
        label="Driver options"
        value={options}
        onChange={setOptions}
        placeholder={"type=nfs\no=addr=192.168.1.10,rw\ndevice=:/export/photos"}
        error={errors.fields.driverOptions}
        help="One a line. With none, it is a folder of Docker on this server."
      />
      <Lines
        label="Labels"
        value={labels}
        onChange={setLabels}
        placeholder="name=value"
        error={errors.fields.labels}
      />
      {errors.risks.map((r) => (
        <div key={r.risk} className={css.risk} role="alert">
          <Icon name="shield" size={18} />
          <div>
            <p>{r.message}</p>
            <TypeToConfirm
              word={r.risk ?? ""}
              to="to allow it"
              value={confirmed[r.risk ?? ""] ?? ""}
              onChange={(v) => setConfirmed((all) => ({ ...all, [r.risk ?? ""]: v }))}
            />
          </div>
        </div>
      ))}
    </MakingDialog>
  );
}

export const volumeName = (v: Volume) => (v.anonymous ? shortId(v.name) : v.name);

export function RemoveVolume({ volume, onClose }: { volume: Volume; onClose: () => void }) {
  const names = volume.usedBy.map((c) => c.name);
  const shown = volumeName(volume);
  return (
    <ConfirmDialog
      title={`Remove ${shown}?`}
      verb="Remove for good"
      word={shown}
      refused={
        names.length > 0 ? (
          <p>
            <UsedByText names={names} /> Remove {names.length === 1 ? "that container" : "those containers"}{" "}
            first; stopped ones count too.
          </p>
        ) : undefined
      }
      onConfirm={async () => {
        await removeVolume(volume.name);
        void queryClient.invalidateQueries({ queryKey: volumesQuery.queryKey });
        addToast({
          kind: "good",
          title: `${shown} removed`,
          detail: volume.sizeBytes ? `${disk(volume.sizeBytes)} freed` : undefined,
        });
      }}
      onClose={onClose}
    >
      {names.length === 0 && (
        <p>
          What is in it is lost for good{volume.sizeBytes ? `: ${disk(volume.sizeBytes)}` : ""}. There is no
          way back unless you have a copy elsewhere.
        </p>
      )}
    </ConfirmDialog>
  );
}
