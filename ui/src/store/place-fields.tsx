import { type ReactNode, useId } from "react";
import type { DeviceField as Device, PortField as Port, VolumeField as Volume } from "../api/store";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import { leftOut, portText, withEntry } from "./draft";
import { Entry, plain } from "./entry";
import { useAppForm } from "./form-context";
import { deviceLabel, folderFor, portLabel, volumeLabel } from "./words";

/** Where an app meets this server: its ports, its storage and its devices. */

export function PortField({ port }: { port: Port }) {
  const { form, draft, change } = useAppForm();
  const label = portLabel(form, port);
  const set = (next: { text?: string; off?: boolean }) => change(withEntry(draft, "ports", port.id, next));
  const inside = port.containerEnd === undefined ? port.container : `${port.container}–${port.containerEnd}`;
  return (
    <Entry
      place={`ports.${port.id}`}
      label={label}
      help={
        port.description ??
        (port.webUi ? undefined : `Leads to ${inside}/${port.protocol} of ${port.service}.`)
      }
      off={
        port.required
          ? undefined
          : {
              is: draft.ports[port.id]?.off ?? false,
              word: "Publish",
              instead: "Not reachable from outside.",
              set: (off) => set({ off }),
            }
      }
    >
      {(control) => (
        <input
          {...control}
          {...plain}
          inputMode="numeric"
          placeholder="a free one"
          value={portText(draft, port)}
          onChange={(e) => set({ text: e.target.value })}
        />
      )}
    </Entry>
  );
}

const HERE = "127.0.0.1";
const ALL = "0.0.0.0";

/** Who may reach a published port. */
export function PortReach({ port }: { port: Port }) {
  const { form, draft, change } = useAppForm();
  const id = useId();
  const now = draft.ports[port.id]?.hostIp ?? port.hostIp ?? "";
  const choices = [
    { value: port.hostIp && port.hostIp !== ALL ? ALL : "", label: "The whole network" },
    { value: HERE, label: "This server only" },
  ];
  if (!choices.some((c) => c.value === now)) choices.push({ value: now, label: `Through ${now}` });
  return (
    <div className={ui.field}>
      <label className={ui.label} htmlFor={id}>
        Who reaches {portLabel(form, port)}
      </label>
      <div className={ui.control}>
        <select
          id={id}
          value={now}
          onChange={(e) =>
            change(withEntry(draft, "ports", port.id, { hostIp: e.target.value || undefined }))
          }
        >
          {choices.map((c) => (
            <option key={c.label} value={c.value}>
              {c.label}
            </option>
          ))}
        </select>
        <Icon name="down" size={17} />
      </div>
    </div>
  );
}

export function VolumeField({ volume }: { volume: Volume }) {
  const { form, draft, change, preview, problems } = useAppForm();
  const list = useId();
  const place = `volumes.${volume.id}`;
  const entry = draft.volumes[volume.id];
  const source = entry?.source ?? volume.default;
  const set = (next: { source?: string; off?: boolean }) =>
    change(withEntry(draft, "volumes", volume.id, next));
  const path = source.startsWith("/");
  const folder = folderFor(form, draft.name, volume);
  // The agent says of each folder whether it is made, and of each volume whether it is there.
  const known = preview && !problems.has(place) && !leftOut(form, draft).includes(volume.service);
  const found = preview?.volumes.find((v) => v.name === source);
  const word = !known
    ? undefined
    : path
      ? preview.folders.includes(source)
        ? "Will be made"
        : "Exists"
      : found && (found.exists ? "Is here already, and is used with what is in it" : "A new volume");
  return (
    <Entry
      place={place}
      label={volumeLabel(form, volume)}
      help={[word, volume.readOnly && "read only", volume.description].filter(Boolean).join(" · ")}
      off={
        volume.required
          ? undefined
          : {
              is: entry?.off ?? false,
              word: "Keep",
              instead: "What it writes there is lost when it is removed.",
              set: (off) => set({ off }),
            }
      }
      below={
        volume.kind !== "path" && (
          <button
            type="button"
            className={ui.link}
            onClick={() => set({ source: path ? volume.default : folder })}
          >
            {path ? "Use a volume instead" : "Use a folder instead"}
          </button>
        )
      }
    >
      {(control) => (
        <>
          <Icon name={path ? "folder" : "disk"} size={17} />
          <input
            {...control}
            {...plain}
            list={list}
            value={source}
            onChange={(e) => set({ source: e.target.value })}
          />
          <datalist id={list}>
            <option value={volume.default} />
            <option value={folder} />
          </datalist>
        </>
      )}
    </Entry>
  );
}

export function DeviceField({ device }: { device: Device }) {
  const { form, draft, change } = useAppForm();
  const list = useId();
  const entry = draft.devices[device.id];
  const host = entry?.host ?? device.default;
  const set = (next: { host?: string; off?: boolean }) =>
    change(withEntry(draft, "devices", device.id, next));
  const here: ReactNode =
    host === device.default && !device.present
      ? "There is nothing at this path now."
      : host === device.default || device.candidates.includes(host)
        ? "Is there"
        : undefined;
  const others = device.candidates.filter((c) => c !== host);
  return (
    <Entry
      place={`devices.${device.id}`}
      label={deviceLabel(form, device)}
      help={
        <>
          {here} {device.description}
        </>
      }
      off={
        device.required
          ? undefined
          : {
              is: entry?.off ?? false,
              word: "Hand over",
              instead: "It runs without this device.",
              set: (off) => set({ off }),
            }
      }
      below={others.slice(0, 3).map((c) => (
        <button key={c} type="button" className={ui.link} onClick={() => set({ host: c })}>
          Use {c}
        </button>
      ))}
    >
      {(control) => (
        <>
          <input
            {...control}
            {...plain}
            list={list}
            value={host}
            onChange={(e) => set({ host: e.target.value })}
          />
          <datalist id={list}>
            {device.candidates.map((c) => (
              <option key={c} value={c} />
            ))}
          </datalist>
        </>
      )}
    </Entry>
  );
}
