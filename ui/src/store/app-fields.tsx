import { useId } from "react";
import { Icon } from "../components/icon";
import choices from "../forms/choices.module.css";
import fold from "../forms/fold.module.css";
import { plural } from "../lib/format";
import ui from "../styles/controls.module.css";
import { withPreset } from "./draft";
import { Entry, plain } from "./entry";
import { useAppForm } from "./form-context";
import { ParamField } from "./param-field";
import { DeviceField, PortField, PortReach, VolumeField } from "./place-fields";
import css from "./sheet.module.css";

function Presets() {
  const { form, draft, change } = useAppForm();
  const id = useId();
  if (form.presets.length === 0) return null;
  const all = [
    ...(form.presets.some((p) => p.name === draft.preset)
      ? []
      : [{ name: undefined, label: "As it comes", description: "Nothing filled in" }]),
    ...form.presets.map((p) => ({ name: p.name, label: p.name, description: p.description })),
  ];
  return (
    <fieldset className={choices.choices} aria-labelledby={id}>
      <legend id={id} className={ui.label}>
        Preset
      </legend>
      <div>
        {all.map((p) => (
          <label key={p.label}>
            <input
              type="radio"
              name={id}
              data-path="preset"
              checked={draft.preset === p.name}
              onChange={() => change(withPreset(form, draft, p.name))}
            />
            <b>{p.label}</b>
            <span>{p.description}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function NameField() {
  const { form, draft, change } = useAppForm();
  return (
    <Entry place="name" label="Name" help="Its containers begin with it.">
      {(control) => (
        <input
          {...control}
          {...plain}
          value={draft.name}
          placeholder={form.name}
          onChange={(e) => change({ ...draft, name: e.target.value })}
        />
      )}
    </Entry>
  );
}

/** What most people leave alone. It says how much is in it, and opens by itself when something in it is wrong. */
function Advanced({ named }: { named: boolean }) {
  const { form, draft, problems } = useAppForm();
  const params = form.params.filter((p) => p.advanced);
  const ports = form.ports.filter((p) => !draft.ports[p.id]?.off);
  const wrong = [...problems.keys()].filter(
    (place) => place === "name" || params.some((p) => place === `params.${p.key}`),
  ).length;
  const holds = [
    named && "name",
    ports.length > 0 && "reach of ports",
    params.length > 0 && plural(params.length, "more setting").replace("1 more", "one more"),
  ].filter(Boolean);
  if (holds.length === 0) return null;
  return (
    <details className={fold.fold}>
      <summary>
        <Icon name="right" size={16} />
        <b>Advanced</b>
        <span className={fold.set}>{holds.join(", ")}</span>
        {wrong > 0 && <em>{plural(wrong, "problem")}</em>}
      </summary>
      <div className={fold.inside}>
        {named && <NameField />}
        {params.map((p) => (
          <ParamField key={p.key} param={p} />
        ))}
        {ports.map((p) => (
          <PortReach key={p.id} port={p} />
        ))}
      </div>
    </details>
  );
}

/** All that an app asks, in the order {@link fieldOrder} has. */
export function AppFields({ named }: { named: boolean }) {
  const { form } = useAppForm();
  return (
    <div className={css.fields}>
      <Presets />
      {form.params
        .filter((p) => !p.advanced)
        .map((p) => (
          <ParamField key={p.key} param={p} />
        ))}
      {form.ports.map((p) => (
        <PortField key={p.id} port={p} />
      ))}
      {form.volumes.map((v) => (
        <VolumeField key={v.id} volume={v} />
      ))}
      {form.devices.map((d) => (
        <DeviceField key={d.id} device={d} />
      ))}
      <Advanced named={named} />
    </div>
  );
}
