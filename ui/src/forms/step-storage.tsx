import { useQuery } from "@tanstack/react-query";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { healthQuery } from "../api/cache";
import { volumeNamesQuery } from "../api/create-queries";
import { Icon } from "../components/icon";
import { type CreateForm, emptyMount } from "./create-schema";
import { Fold } from "./fold";
import { CheckField, SelectField, TextField } from "./form-parts";
import { appFolder, mountPresets } from "./presets";
import { Rows } from "./rows";
import css from "./steps.module.css";

/** What is mounted: a folder or volume by its name, or memory by its size. */
function Source({ index: i, type, root }: { index: number; type: string | undefined; root: string }) {
  if (type === "tmpfs") {
    return (
      <div className={css.even}>
        <TextField
          bare
          hideLabel
          path={`mounts.${i}.size`}
          label={`Size of storage ${i + 1}`}
          placeholder="64 MB"
        />
        <TextField
          bare
          hideLabel
          path={`mounts.${i}.mode`}
          label={`Mode of storage ${i + 1}`}
          placeholder="mode 1777"
        />
      </div>
    );
  }
  const volume = type === "volume";
  return (
    <TextField
      bare
      hideLabel
      path={`mounts.${i}.source`}
      label={volume ? `Name of volume ${i + 1}` : `Folder ${i + 1} on this server`}
      placeholder={volume ? "name of the volume" : `${root}/…`}
      list={volume ? "known-volumes" : undefined}
    />
  );
}

function KnownVolumes() {
  const { data: names = [] } = useQuery(volumeNamesQuery);
  return (
    <datalist id="known-volumes">
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

export function StorageStep() {
  const { control, register } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "mounts" });
  const rows = useWatch<CreateForm, "mounts">({ name: "mounts" }) ?? [];
  const [name, image] = useWatch<CreateForm, ["name", "image"]>({ name: ["name", "image"] });
  const root = useQuery(healthQuery).data?.server?.appDataRoot ?? "/srv/appdata";
  const taken = new Set(rows.map((m) => m.target));
  return (
    <>
      <Rows
        kind="mounts"
        count={fields.length}
        keys={fields.map((f) => f.id)}
        add="Add folder or volume"
        remove={(i) => `Remove storage ${i + 1}`}
        onAdd={() => append(emptyMount, { focusName: `mounts.${fields.length}.source` })}
        onRemove={remove}
        presets={mountPresets(root, appFolder(name, image))
          .filter(({ mount }) => !taken.has(mount.target))
          .map(({ label, title, mount }) => ({
            label,
            title,
            add: () => append(mount, { focusName: `mounts.${fields.length}.source` }),
          }))}
        empty="What it writes is lost when it is removed, unless a folder or a volume keeps it."
        messages={(i) => ["source", "target", "size", "mode"].map((part) => `mounts.${i}.${part}`)}
        row={(i) => (
          <>
            <SelectField
              hideLabel
              path={`mounts.${i}.type`}
              label={`Kind of storage ${i + 1}`}
              options={[
                ["bind", "Folder"],
                ["volume", "Volume"],
                ["tmpfs", "Memory"],
              ]}
            />
            <Source index={i} type={rows[i]?.type} root={root} />
            <Icon name="arrow" size={16} />
            <TextField
              bare
              hideLabel
              path={`mounts.${i}.target`}
              label={`Path of storage ${i + 1} in the container`}
              placeholder="/data"
            />
            <label className={css.readOnly}>
              <input type="checkbox" {...register(`mounts.${i}.readOnly`)} />
              Read only
            </label>
          </>
        )}
      />
      {rows.some((m) => m.type === "volume") && <KnownVolumes />}
      <Fold title="The rest of its files" fields={{ readOnly: "read only", shmSize: "shared memory" }}>
        <CheckField
          path="readOnly"
          label="Make its own files read only"
          help="It then writes only to what is listed above."
        />
        <TextField
          path="shmSize"
          label="Shared memory"
          optional
          placeholder="64 MB"
          help="Some databases and browsers want more."
        />
      </Fold>
    </>
  );
}
