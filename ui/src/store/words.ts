import type {
  Answers,
  AppForm,
  AppPreview,
  DeviceField,
  Install,
  PortField,
  StoreView,
  VolumeField,
} from "../api/store";
import type { Change } from "../api/types";
import { ago, plural } from "../lib/format";

/** Words of the store's pages that need no React. */

const several = (form: AppForm) =>
  new Set([...form.ports, ...form.volumes, ...form.devices].map((f) => f.service)).size > 1;
const of = (form: AppForm, service: string) => (several(form) ? ` of ${service}` : "");

export function portLabel(form: AppForm, port: PortField): string {
  if (port.label) return /port/i.test(port.label) ? port.label : `${port.label} port`;
  if (port.webUi) return "Web port";
  const range = port.containerEnd === undefined ? "" : `–${port.containerEnd}`;
  return `Port ${port.container}${range}/${port.protocol}${of(form, port.service)}`;
}

export const volumeLabel = (form: AppForm, volume: VolumeField): string =>
  volume.label ?? `Storage for ${volume.container}${of(form, volume.service)}`;

export const deviceLabel = (form: AppForm, device: DeviceField): string =>
  device.label ?? `Device ${device.container}${of(form, device.service)}`;

/** Categories are written small in stores: "photos" reads "Photos", "ai" reads "AI". */
export const categoryWord = (name: string) =>
  name.length < 3 ? name.toUpperCase() : name.charAt(0).toUpperCase() + name.slice(1);

/** "Makes 2 containers, 1 network, 2 folders". */
export function makes(preview: AppPreview): string {
  const made = preview.volumes.filter((v) => !v.exists).length;
  const parts = [
    plural(preview.containers.length, "container"),
    preview.network && "1 network",
    made > 0 && plural(made, "volume"),
    preview.folders.length > 0 && plural(preview.folders.length, "folder"),
  ].filter(Boolean);
  return `Makes ${parts.join(", ")}`;
}

/** Keys are told apart by their first and last digits. */
export const shortKey = (id: string) => (id.length <= 12 ? id : `${id.slice(0, 4)}…${id.slice(-4)}`);

/** A folder below the app data for a volume, in the way the create form names them. */
export function folderFor(form: AppForm, name: string, volume: VolumeField): string {
  const leaf = volume.container.split("/").filter(Boolean).pop() ?? "data";
  const root = form.appDataRoot.replace(/\/+$/, "");
  return `${root}/${name.trim() || form.name}/${leaf}`;
}

const HOST = "HM_HOST";
/** The address of an install's page, as this page reaches the server. */
export const pageOf = (url: string | undefined, host: string) => url?.replace(HOST, host);

/** Whether something is being done to an install. */
export const atWork = (install: Install) => install.state !== "installed" && install.state !== "removed";

export const stateWords: Record<Install["state"], string> = {
  installing: "Installing",
  installed: "Installed",
  changing: "Changing settings",
  removing: "Uninstalling",
  removed: "Uninstalled, its data is kept",
};

/** "412 apps · signed, checked 8 min ago", or what is in the way of that. */
export function summaryOf(stores: readonly StoreView[], now: number): string {
  const apps = plural(
    stores.reduce((n, s) => n + s.apps, 0),
    "app",
  );
  const from = stores.length > 1 ? ` from ${plural(stores.length, "store")}` : "";
  const checks = stores.flatMap((s) => s.checkedAt ?? []).sort();
  const oldest = checks.length === stores.length ? checks[0] : undefined;
  const all = stores.every((s) => s.state === "ready");
  return `${apps}${from}${all ? " · signatures verified" : ""}${oldest ? `, checked ${ago(oldest, now)}` : ""}`;
}

const words = (text: string | undefined) => (text === "true" ? "on" : text === "false" ? "off" : text);

type Line = Pick<Change, "field" | "group" | "label"> & { text: string; secret: boolean };

/** Each answer of the form, as text. */
function lines(form: AppForm, answers: Answers): Map<string, Line> {
  const all = new Map<string, Line>();
  const add = (field: string, group: Change["group"], label: string, text: string, secret = false) =>
    all.set(field, { field, group, label, text, secret });
  const preset = form.presets.find((p) => p.name === answers.preset);
  for (const p of form.params) {
    const secret = p.kind === "secret";
    const given = answers.params?.[p.key];
    const value = given ?? preset?.params[p.key] ?? p.default ?? "";
    // A secret has no value here: it is the same unless one was typed.
    add(`params.${p.key}`, "Environment", p.label, secret ? (given ?? "") : (words(value) ?? ""), secret);
  }
  for (const p of form.ports) {
    const a = answers.ports?.[p.id];
    const host = a?.host ?? p.default ?? 0;
    const ip = a?.hostIp ?? p.hostIp;
    const text = a?.off ? "left out" : `${ip ? `${ip}:` : ""}${host || "a free one"}`;
    add(`ports.${p.id}`, "Ports", portLabel(form, p), text);
  }
  for (const v of form.volumes) {
    const a = answers.volumes?.[v.id];
    add(`volumes.${v.id}`, "Storage", volumeLabel(form, v), a?.off ? "left out" : (a?.source ?? v.default));
  }
  for (const d of form.devices) {
    const a = answers.devices?.[d.id];
    add(`devices.${d.id}`, "Other", deviceLabel(form, d), a?.off ? "left out" : (a?.host ?? d.default));
  }
  return all;
}

/** What other answers make different, in the shape the settings of a container show their changes. */
export function changesOf(form: AppForm, before: Answers, after: Answers): Change[] {
  const now = lines(form, after);
  return [...lines(form, before).values()].flatMap((was): Change[] => {
    const is = now.get(was.field);
    if (!is || is.text === was.text) return [];
    const { field, group, label } = was;
    const change: Change = { field, group, label, kind: "changed" };
    return [was.secret ? change : { ...change, before: was.text, after: is.text }];
  });
}
