import type { CreateRequest } from "../api/types";
import { joinCommand } from "./command-line";
import { plainFields } from "./create-fields";
import { type CreateForm, emptyForm, emptyMount } from "./create-schema";
import { formatPorts, formatSize } from "./units";

const text = (n: number | undefined) => (n === undefined ? "" : String(n));
const pairs = (map: Record<string, string> | undefined) =>
  Object.entries(map ?? {}).map(([name, value]) => ({ name, value }));

function plainText(kind: (typeof plainFields)[number]["kind"], value: unknown): string | boolean {
  if (kind === "flag") return value === true;
  if (value === undefined) return "";
  if (kind === "answer") return value === true ? "yes" : "no";
  if (Array.isArray(value)) {
    const items = value as string[];
    if (kind === "words") return joinCommand(items);
    return items.join(kind === "lines" ? "\n" : kind === "capabilities" ? ", " : " ");
  }
  if (kind === "size" || kind === "openSize") return value === -1 ? "unlimited" : formatSize(value as number);
  return String(value);
}

function networkPart(request: CreateRequest): Partial<CreateForm> {
  const { network, networks } = request;
  if (networks && networks.length > 0) {
    return {
      networkMode: "named",
      networks: networks.map((n) => ({
        name: n.name,
        aliases: (n.aliases ?? []).join(" "),
        ipv4Address: n.ipv4Address ?? "",
        ipv6Address: n.ipv6Address ?? "",
      })),
    };
  }
  if (!network || network === "bridge" || network === "default") return {};
  if (network === "host" || network === "none") return { networkMode: network };
  if (network.startsWith("container:"))
    return { networkMode: "container", networkContainer: network.slice("container:".length) };
  return {
    networkMode: "named",
    networks: [{ name: network, aliases: "", ipv4Address: "", ipv6Address: "" }],
  };
}

function healthPart(check: CreateRequest["healthcheck"]): Partial<CreateForm> {
  const [kind, ...rest] = check?.test ?? [];
  if (!check || kind === undefined) return {};
  if (kind === "NONE") return { health: "none" };
  return {
    health: kind === "CMD" ? "exec" : "command",
    healthCommand: kind === "CMD" ? joinCommand(rest) : rest.join(" "),
    healthInterval: text(check.intervalSeconds),
    healthTimeout: text(check.timeoutSeconds),
    healthRetries: text(check.retries),
    healthStart: text(check.startPeriodSeconds),
  };
}

function gpuPart(gpus: CreateRequest["gpus"]): Partial<CreateForm> {
  if (!gpus) return {};
  const ids = gpus.deviceIds ?? [];
  return {
    gpu: ids.length > 0 ? "ids" : gpus.count === undefined || gpus.count === -1 ? "all" : "count",
    gpuCount: gpus.count === undefined || gpus.count === -1 ? "" : String(gpus.count),
    gpuIds: ids.join(" "),
    gpuDriver: gpus.driver ?? "",
    gpuCapabilities: (gpus.capabilities ?? []).join(" "),
  };
}

const oneOf = <T extends string>(values: readonly T[], value: string | undefined, otherwise: T): T =>
  values.find((v) => v === value) ?? otherwise;

/** The form that says what `request` says. Turned into a request again it is the same, but for its spelling. */
export function fromRequest(request: CreateRequest): CreateForm {
  const plain = Object.fromEntries(
    plainFields.map((f) => [f.form, plainText(f.kind, request[f.request])]),
  ) as Partial<CreateForm>;
  return {
    ...emptyForm,
    ...plain,
    image: request.image,
    start: request.start ?? true,
    pullAlways: request.pull === "always",
    ports: (request.ports ?? []).map((p) => ({
      host: p.host === undefined ? "" : formatPorts(p.host, p.hostEnd),
      container: formatPorts(p.container, p.containerEnd),
      protocol: oneOf(["tcp", "udp"], p.protocol, "tcp"),
      hostIp: p.hostIp ?? "",
    })),
    ...networkPart(request),
    extraHosts: (request.extraHosts ?? []).map((h) => ({ name: h.host, value: h.ip })),
    mounts: (request.mounts ?? []).map((m) => ({
      ...emptyMount,
      type: oneOf(["bind", "volume", "tmpfs"], m.type, "bind"),
      source: m.source ?? "",
      target: m.target,
      readOnly: m.readOnly ?? false,
      create: m.create ?? false,
      size: m.sizeBytes === undefined ? "" : formatSize(m.sizeBytes),
      mode: m.mode ?? "",
    })),
    env: (request.env ?? []).map(({ name, value }) => ({ name, value })),
    labels: pairs(request.labels),
    restart: oneOf(["no", "always", "unless-stopped", "on-failure"], request.restart?.policy, "no"),
    maxRetries: text(request.restart?.maxRetries),
    ...healthPart(request.healthcheck),
    logDriver: request.logging?.driver ?? "",
    logOptions: pairs(request.logging?.options),
    ulimits: (request.ulimits ?? []).map((u) => ({ name: u.name, soft: String(u.soft), hard: text(u.hard) })),
    devices: (request.devices ?? []).map((d) => ({
      host: d.host,
      container: d.container ?? "",
      permissions: d.permissions ?? "",
    })),
    ...gpuPart(request.gpus),
    sysctls: pairs(request.sysctls),
    confirmRisks: request.confirmRisks ?? [],
  };
}

/**
 * Three versions of one form: as it was loaded, as it is typed now, and as it would be loaded today. What was not
 * touched follows the newest; what was typed stays.
 */
export function keepTyped(base: CreateForm, typed: CreateForm, fresh: CreateForm): CreateForm {
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const keys = Object.keys(emptyForm) as (keyof CreateForm)[];
  return Object.fromEntries(
    keys.map((key) => [key, same(base[key], typed[key]) ? fresh[key] : typed[key]]),
  ) as CreateForm;
}
