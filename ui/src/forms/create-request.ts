import type { CreateRequest } from "../api/types";
import { splitCommand } from "./command-line";
import { type PlainField, plainFields } from "./create-fields";
import type { CreateForm } from "./create-schema";
import { capability, parsePorts, parseSize, splitLines, splitList } from "./units";

const lists = ["ports", "mounts", "env", "devices", "networks", "extraHosts", "ulimits"] as const;
export type RowList = (typeof lists)[number];

export type Mapped = {
  request: CreateRequest;
  /** For each list of the request, which row of the form an entry came from: empty rows are left out. */
  rows: Record<RowList, number[]>;
  /** For each map of the request, which row of the form a key came from. */
  keys: Record<"labels" | "sysctls" | "logOptions", string[]>;
};

const number = (text: string) => (text.trim() === "" ? undefined : Number(text));

function kept<T>(list: T[], keep: (item: T) => boolean): { items: T[]; rows: number[] } {
  const rows: number[] = [];
  const items = list.filter((item, i) => {
    if (!keep(item)) return false;
    rows.push(i);
    return true;
  });
  return { items, rows };
}

const asMap = (pairs: { name: string; value: string }[]) => {
  const named = pairs.filter((p) => p.name.trim() !== "");
  return named.length === 0 ? undefined : Object.fromEntries(named.map((p) => [p.name.trim(), p.value]));
};

/** The value of a plain field for the request; undefined when it was left open or cannot be read yet. */
function plainValue(kind: PlainField["kind"], value: string | boolean): unknown {
  if (typeof value === "boolean") return value || undefined;
  const trimmed = value.trim();
  if (trimmed === "") return undefined;
  switch (kind) {
    case "words":
      try {
        return splitCommand(value);
      } catch {
        // The form shows the open quote; until it is closed there is nothing to check.
        return undefined;
      }
    case "list":
      return splitList(value);
    case "capabilities":
      return splitList(value).map(capability);
    case "lines":
      return splitLines(value);
    case "size":
      return parseSize(value);
    case "openSize":
      return trimmed === "unlimited" ? -1 : parseSize(value);
    case "answer":
      return trimmed === "yes";
    case "number":
      return Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
    default:
      return trimmed;
  }
}

function networkPart(form: CreateForm, request: CreateRequest, rows: Mapped["rows"]): void {
  const named = kept(form.networks, (n) => n.name.trim() !== "");
  const [only] = named.items;
  switch (form.networkMode) {
    case "host":
    case "none":
      request.network = form.networkMode;
      return;
    case "container":
      if (form.networkContainer.trim()) request.network = `container:${form.networkContainer.trim()}`;
      return;
    case "named":
      rows.networks = named.rows;
      if (named.items.length === 1 && only && !only.aliases && !only.ipv4Address && !only.ipv6Address)
        request.network = only.name.trim();
      else if (named.items.length > 0)
        request.networks = named.items.map((n) => ({
          name: n.name.trim(),
          ...(n.aliases.trim() && { aliases: splitList(n.aliases) }),
          ...(n.ipv4Address.trim() && { ipv4Address: n.ipv4Address.trim() }),
          ...(n.ipv6Address.trim() && { ipv6Address: n.ipv6Address.trim() }),
        }));
  }
}

function portsPart(items: CreateForm["ports"]): CreateRequest["ports"] {
  return items.map((p) => {
    const inside = parsePorts(p.container);
    const outside = parsePorts(p.host);
    return {
      // What is no port is sent as it is, so that the agent can say so as well.
      container: inside?.first ?? Number(p.container),
      ...(inside?.last && { containerEnd: inside.last }),
      ...(p.host.trim() !== "" && { host: outside?.first ?? Number(p.host) }),
      ...(outside?.last && { hostEnd: outside.last }),
      protocol: p.protocol,
      ...(p.hostIp.trim() !== "" && { hostIp: p.hostIp.trim() }),
    };
  });
}

function mountsPart(items: CreateForm["mounts"]): CreateRequest["mounts"] {
  return items.map((m) =>
    m.type === "tmpfs"
      ? {
          type: m.type,
          target: m.target,
          ...(m.readOnly && { readOnly: true }),
          ...(parseSize(m.size) !== undefined && { sizeBytes: parseSize(m.size) }),
          ...(m.mode.trim() && { mode: m.mode.trim() }),
        }
      : {
          type: m.type,
          source: m.source,
          target: m.target,
          readOnly: m.readOnly,
          ...(m.type === "bind" && m.create && { create: true }),
        },
  );
}

function healthPart(form: CreateForm): CreateRequest["healthcheck"] {
  if (form.health === "image") return undefined;
  if (form.health === "none") return { test: ["NONE"] };
  const line = form.healthCommand.trim();
  if (!line) return undefined;
  let test = ["CMD-SHELL", line];
  if (form.health === "exec") {
    try {
      test = ["CMD", ...splitCommand(line)];
    } catch {
      // An open quote: shown on the field by the schema of the command fields.
      return undefined;
    }
  }
  return {
    test,
    intervalSeconds: number(form.healthInterval),
    timeoutSeconds: number(form.healthTimeout),
    retries: number(form.healthRetries),
    startPeriodSeconds: number(form.healthStart),
  };
}

function gpuPart(form: CreateForm): CreateRequest["gpus"] {
  if (form.gpu === "") return undefined;
  return {
    ...(form.gpu === "ids"
      ? { deviceIds: splitList(form.gpuIds) }
      : { count: form.gpu === "all" ? -1 : Number(form.gpuCount || 1) }),
    ...(form.gpuDriver.trim() && { driver: form.gpuDriver.trim() }),
    ...(form.gpuCapabilities.trim() && { capabilities: splitList(form.gpuCapabilities) }),
  };
}

/** The request for what the form says. Absent means "as the image or the agent decides", never an empty value. */
export function toRequest(form: CreateForm): Mapped {
  const ports = kept(form.ports, (p) => p.container.trim() !== "");
  const mounts = kept(form.mounts, (m) => (m.type === "tmpfs" || m.source !== "") && m.target !== "");
  const env = kept(form.env, (e) => e.name !== "");
  const devices = kept(form.devices, (d) => d.host.trim() !== "");
  const hosts = kept(form.extraHosts, (h) => h.name.trim() !== "");
  const ulimits = kept(form.ulimits, (u) => u.name.trim() !== "" && u.soft.trim() !== "");
  const rows: Mapped["rows"] = {
    ports: ports.rows,
    mounts: mounts.rows,
    env: env.rows,
    devices: devices.rows,
    networks: [],
    extraHosts: hosts.rows,
    ulimits: ulimits.rows,
  };
  const request: CreateRequest = { image: form.image.trim(), start: form.start };
  for (const { form: key, request: name, kind } of plainFields) {
    const value = plainValue(kind, form[key]);
    if (value !== undefined) Object.assign(request, { [name]: value });
  }
  if (form.pullAlways) request.pull = "always";
  networkPart(form, request, rows);
  if (ports.items.length > 0) request.ports = portsPart(ports.items);
  if (mounts.items.length > 0) request.mounts = mountsPart(mounts.items);
  if (env.items.length > 0) request.env = env.items.map(({ name, value }) => ({ name, value }));
  if (hosts.items.length > 0)
    request.extraHosts = hosts.items.map((h) => ({ host: h.name.trim(), ip: h.value.trim() }));
  if (devices.items.length > 0)
    request.devices = devices.items.map((d) => ({
      host: d.host.trim(),
      ...(d.container.trim() !== "" && { container: d.container.trim() }),
      ...(d.permissions.trim() !== "" && { permissions: d.permissions.trim() }),
    }));
  if (ulimits.items.length > 0)
    request.ulimits = ulimits.items.map((u) => ({
      name: u.name.trim(),
      soft: Number(u.soft),
      ...(u.hard.trim() !== "" && { hard: Number(u.hard) }),
    }));
  const labels = asMap(form.labels);
  if (labels) request.labels = labels;
  const sysctls = asMap(form.sysctls);
  if (sysctls) request.sysctls = sysctls;
  const options = asMap(form.logOptions);
  if (form.logDriver) request.logging = { driver: form.logDriver, ...(options && { options }) };
  request.restart =
    form.restart === "on-failure" && form.maxRetries !== ""
      ? { policy: form.restart, maxRetries: Number(form.maxRetries) }
      : { policy: form.restart };
  const healthcheck = healthPart(form);
  if (healthcheck) request.healthcheck = healthcheck;
  const gpus = gpuPart(form);
  if (gpus) request.gpus = gpus;
  if (form.confirmRisks.length > 0) request.confirmRisks = form.confirmRisks;
  const names = (pairs: { name: string }[]) => pairs.map((p) => p.name.trim());
  return {
    request,
    rows,
    keys: {
      labels: names(form.labels),
      sysctls: names(form.sysctls),
      logOptions: names(form.logOptions),
    },
  };
}
