import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useFieldArray, useFormContext, useWatch } from "react-hook-form";
import { healthQuery, imagesQuery, useContainers } from "../api/cache";
import { Icon } from "../components/icon";
import { shortImage } from "../lib/format";
import type { CreateForm } from "./create-form";
import css from "./create-steps.module.css";
import { CheckField, Rows, SelectField, TextField } from "./form-parts";

export function ImageStep({ imageLocal }: { imageLocal: boolean | undefined }) {
  const { data: images = [] } = useQuery(imagesQuery);
  const image = useWatch<CreateForm, "image">({ name: "image" });
  return (
    <>
      <TextField
        path="image"
        label="Image"
        placeholder="nginx:1.29"
        list="local-images"
        help={
          !image
            ? "Name and tag, as a registry knows it."
            : imageLocal === undefined
              ? " "
              : imageLocal
                ? "It is on this server already."
                : "It is pulled first."
        }
      />
      <datalist id="local-images">
        {images
          .flatMap((i) => i.references)
          .map((r) => (
            <option key={r} value={shortImage(r)} />
          ))}
      </datalist>
      <TextField path="name" label="Name" optional placeholder="made from the image" />
      <TextField
        path="command"
        label="Command"
        optional
        placeholder="as the image says"
        help="Words as in a shell; quotes group, nothing is expanded."
      />
      <div>
        <CheckField path="start" label="Start it now" />
        <CheckField
          path="pullAlways"
          label="Look for a newer image first"
          help="Also when one is here already."
        />
      </div>
    </>
  );
}

export function NetworkStep() {
  const { control } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "ports" });
  const { data: containers = [] } = useContainers();
  const network = useWatch<CreateForm, "network">({ name: "network" });
  const names = useMemo(
    () => [
      ...new Set(["bridge", "host", "none", ...containers.flatMap((c) => c.networks.map((n) => n.name))]),
    ],
    [containers],
  );
  return (
    <>
      <Rows
        kind="ports"
        count={fields.length}
        keys={fields.map((f) => f.id)}
        add="Add port"
        remove={(i) => `Remove port ${i + 1}`}
        onAdd={() =>
          append(
            { host: "", container: "", protocol: "tcp", hostIp: "" },
            { focusName: `ports.${fields.length}.host` },
          )
        }
        onRemove={remove}
        empty="No port is published. Other containers on its network still reach it."
        messages={(i) => [`ports.${i}.host`, `ports.${i}.container`, `ports.${i}.hostIp`]}
        row={(i) => (
          <>
            <TextField
              bare
              hideLabel
              path={`ports.${i}.host`}
              label={`Port ${i + 1} on this server`}
              placeholder="server, e.g. 8080"
              inputMode="numeric"
            />
            <Icon name="arrow" size={16} />
            <TextField
              bare
              hideLabel
              path={`ports.${i}.container`}
              label={`Port ${i + 1} in the container`}
              placeholder="container, e.g. 80"
              inputMode="numeric"
            />
            <SelectField
              hideLabel
              path={`ports.${i}.protocol`}
              label={`Protocol of port ${i + 1}`}
              options={[
                ["tcp", "TCP"],
                ["udp", "UDP"],
              ]}
            />
            <TextField
              bare
              hideLabel
              path={`ports.${i}.hostIp`}
              label={`Address for port ${i + 1}`}
              placeholder="every address"
            />
          </>
        )}
      />
      <TextField
        path="network"
        label="Network"
        optional
        placeholder="bridge"
        list="networks"
        help={
          network === "host"
            ? "It shares the network of this server; ports above are not used."
            : network === "none"
              ? "It can reach nothing and nothing reaches it."
              : "Containers on the same named network find each other by name."
        }
      />
      <datalist id="networks">
        {names.map((n) => (
          <option key={n} value={n} />
        ))}
      </datalist>
    </>
  );
}

export function StorageStep() {
  const { control, register } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name: "mounts" });
  const rows = useWatch<CreateForm, "mounts">({ name: "mounts" }) ?? [];
  const root = useQuery(healthQuery).data?.server?.appDataRoot ?? "/srv/appdata";
  return (
    <Rows
      kind="mounts"
      count={fields.length}
      keys={fields.map((f) => f.id)}
      add="Add folder or volume"
      remove={(i) => `Remove storage ${i + 1}`}
      onAdd={() =>
        append(
          { type: "bind", source: "", target: "", readOnly: false, create: false },
          { focusName: `mounts.${fields.length}.source` },
        )
      }
      onRemove={remove}
      empty="What it writes is lost when it is removed, unless a folder or a volume keeps it."
      messages={(i) => [`mounts.${i}.source`, `mounts.${i}.target`]}
      row={(i) => (
        <>
          <SelectField
            hideLabel
            path={`mounts.${i}.type`}
            label={`Kind of storage ${i + 1}`}
            options={[
              ["bind", "Folder"],
              ["volume", "Volume"],
            ]}
          />
          <TextField
            bare
            hideLabel
            path={`mounts.${i}.source`}
            label={rows[i]?.type === "volume" ? `Name of volume ${i + 1}` : `Folder ${i + 1} on this server`}
            placeholder={rows[i]?.type === "volume" ? "name of the volume" : `${root}/…`}
          />
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
  );
}

function Pairs({
  name,
  add,
  word,
  empty,
}: {
  name: "env" | "labels";
  add: string;
  word: string;
  empty: string;
}) {
  const { control, setValue, getValues } = useFormContext<CreateForm>();
  const { fields, append, remove } = useFieldArray({ control, name });
  // A pasted .env file becomes rows.
  const onPaste = (event: React.ClipboardEvent) => {
    const text = event.clipboardData.getData("text");
    if (!text.includes("\n") || !text.includes("=")) return;
    event.preventDefault();
    const pasted = text
      .split(/\r?\n/)
      .map((l) => l.trim())
      .filter((l) => l !== "" && !l.startsWith("#"))
      .map((l) => {
        const [, key = "", value = ""] = /^(?:export\s+)?([^=]+?)\s*=\s*(.*)$/.exec(l) ?? [];
        return { name: key, value: value.replace(/^(["'])(.*)\1$/, "$2") };
      })
      .filter((p) => p.name !== "");
    const before = getValues(name).filter((p) => p.name !== "" || p.value !== "");
    setValue(name, [...before, ...pasted], { shouldDirty: true, shouldValidate: true });
  };
  return (
    <div onPaste={onPaste}>
      <Rows
        kind="pairs"
        count={fields.length}
        keys={fields.map((f) => f.id)}
        add={add}
        remove={(i) => `Remove ${word} ${i + 1}`}
        onAdd={() => append({ name: "", value: "" }, { focusName: `${name}.${fields.length}.name` })}
        onRemove={remove}
        empty={empty}
        messages={(i) => [`${name}.${i}.name`, `${name}.${i}.value`]}
        row={(i) => (
          <>
            <TextField
              bare
              hideLabel
              path={`${name}.${i}.name`}
              label={`Name of ${word} ${i + 1}`}
              placeholder={name === "env" ? "NAME" : "name"}
            />
            <TextField
              bare
              hideLabel
              path={`${name}.${i}.value`}
              label={`Value of ${word} ${i + 1}`}
              placeholder="value"
            />
          </>
        )}
      />
    </div>
  );
}

export function EnvironmentStep() {
  return (
    <>
      <Pairs
        name="env"
        add="Add variable"
        word="variable"
        empty="Paste several lines of NAME=value into a row to add them at once."
      />
      <div className={css.sub}>
        <h3>Labels</h3>
        <Pairs name="labels" add="Add label" word="label" empty="None." />
      </div>
    </>
  );
}
