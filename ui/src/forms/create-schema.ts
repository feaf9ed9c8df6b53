import * as z from "zod/mini";
import { splitCommand } from "./command-line";
import { parsePorts, parseSize, width } from "./units";

// The compiled mode of the validator builds functions from text, which the content security policy forbids.
z.config({ jitless: true });

const text = z.string();
const checked = (ok: (value: string) => boolean, error: string) =>
  z.string().check(z.refine((v) => v.trim() === "" || ok(v.trim()), { error }));

const ports = checked(
  (v) => parsePorts(v) !== undefined,
  "Use a number from 1 to 65535, or a range such as 8000-8010.",
);
const wholeNumber = (most: number) =>
  checked((v) => /^\d+$/.test(v) && Number(v) <= most, `Use a whole number up to ${most}.`);
const size = checked((v) => parseSize(v) !== undefined, "Use a number and a unit, for example 512 MB.");
const splits = (line: string) => {
  try {
    splitCommand(line);
    return true;
  } catch {
    return false;
  }
};
const OPEN_QUOTE = "A quote is not closed.";
const words = checked(splits, OPEN_QUOTE);
const limit = checked((v) => /^(-1|\d+)$/.test(v), "Use a whole number; -1 means no limit.");
const ipv4 = checked(
  (v) => /^(\d{1,3})(\.\d{1,3}){3}$/.test(v) && v.split(".").every((n) => Number(n) < 256),
  "Use an address such as 172.20.0.10.",
);

const pair = z
  .object({ name: text, value: text })
  .check(
    z.refine((p) => p.name.trim() !== "" || p.value === "", { error: "Give it a name.", path: ["name"] }),
  );
const variable = pair.check(
  z.refine((e) => !e.name.includes("="), { error: "A name holds no “=”.", path: ["name"] }),
);

const port = z
  .object({ host: ports, container: ports, protocol: z.enum(["tcp", "udp"]), hostIp: text })
  .check(
    z.refine((p) => p.container !== "" || (p.host === "" && p.hostIp === ""), {
      error: "Say which port inside the container.",
      path: ["container"],
    }),
    z.refine(
      (p) => {
        const [host, container] = [parsePorts(p.host), parsePorts(p.container)];
        return !host || !container || width(host) === width(container);
      },
      { error: "Both ranges must hold as many ports.", path: ["host"] },
    ),
  );

const mount = z
  .object({
    type: z.enum(["bind", "volume", "tmpfs"]),
    source: text,
    target: text,
    readOnly: z.boolean(),
    create: z.boolean(),
    size,
    mode: checked((v) => /^[0-7]{3,4}$/.test(v), "Use an octal mode such as 1777."),
  })
  .check(
    z.refine((m) => (m.source === "" && m.size === "") || m.target.startsWith("/"), {
      error: "Say where it appears inside, from /.",
      path: ["target"],
    }),
    z.refine((m) => m.type === "tmpfs" || m.target === "" || m.source !== "", {
      error: "Say what to mount.",
      path: ["source"],
    }),
    z.refine((m) => m.type !== "bind" || m.source === "" || m.source.startsWith("/"), {
      error: "A path on this server starts with /.",
      path: ["source"],
    }),
  );

const fields = z.object({
  image: text.check(z.trim(), z.minLength(1, "Type an image, for example nginx:1.29.")),
  name: checked(
    (v) => /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(v),
    "Use two or more letters, digits, dots, dashes or underscores.",
  ),
  pullAlways: z.boolean(),
  start: z.boolean(),
  command: words,
  entrypoint: words,
  user: text,
  workingDir: checked((v) => v.startsWith("/"), "A path inside starts with /."),
  tty: z.boolean(),
  stdinOpen: z.boolean(),

  ports: z.array(port),
  networkMode: z.enum(["", "host", "none", "container", "named"]),
  networkContainer: text,
  networks: z.array(z.object({ name: text, aliases: text, ipv4Address: ipv4, ipv6Address: text })),
  hostname: text,
  domainname: text,
  extraHosts: z.array(
    pair.check(
      z.refine((h) => h.name === "" || h.value !== "", { error: "Say its address.", path: ["value"] }),
    ),
  ),
  dns: text,
  dnsSearch: text,
  dnsOptions: text,

  mounts: z.array(mount),
  readOnly: z.boolean(),
  shmSize: size,

  env: z.array(variable),
  labels: z.array(pair),

  restart: z.enum(["no", "always", "unless-stopped", "on-failure"]),
  maxRetries: wholeNumber(1000),
  autoRemove: z.boolean(),
  health: z.enum(["image", "command", "exec", "none"]),
  healthCommand: text,
  healthInterval: wholeNumber(86_400),
  healthTimeout: wholeNumber(86_400),
  healthRetries: wholeNumber(100),
  healthStart: wholeNumber(86_400),
  init: z.enum(["", "yes", "no"]),
  stopSignal: text,
  stopGrace: wholeNumber(86_400),
  logDriver: text,
  logOptions: z.array(pair),

  memory: size,
  memoryReservation: size,
  memorySwap: checked(
    (v) => v === "unlimited" || parseSize(v) !== undefined,
    "Use a number and a unit, or “unlimited”.",
  ),
  cpus: checked((v) => /^\d*\.?\d+$/.test(v) && Number(v) > 0, "Use a number such as 1.5."),
  cpuShares: wholeNumber(262_144),
  cpuset: checked((v) => /^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(v), "Use numbers such as 0-2,4."),
  pidsLimit: limit,
  ulimits: z.array(
    z.object({ name: text, soft: limit, hard: limit }).check(
      z.refine((u) => u.name === "" || u.soft !== "", { error: "Say how much.", path: ["soft"] }),
      z.refine((u) => u.name !== "" || (u.soft === "" && u.hard === ""), {
        error: "Say which limit, for example nofile.",
        path: ["name"],
      }),
    ),
  ),

  devices: z.array(
    z.object({
      host: text,
      container: text,
      permissions: checked((v) => /^[rwm]{1,3}$/.test(v), "Use some of r, w and m."),
    }),
  ),
  gpu: z.enum(["", "all", "count", "ids"]),
  gpuCount: wholeNumber(64),
  gpuIds: text,
  gpuDriver: text,
  gpuCapabilities: text,
  privileged: z.boolean(),
  pidHost: z.boolean(),
  ipc: text,
  capAdd: text,
  capDrop: text,
  groupAdd: text,
  securityOpt: text,
  sysctls: z.array(pair),
  confirmRisks: z.array(z.string()),
});

export const createSchema = fields.check(
  z.refine((f) => f.health !== "exec" || splits(f.healthCommand), {
    error: OPEN_QUOTE,
    path: ["healthCommand"],
  }),
  z.refine((f) => f.networkMode !== "named" || f.networks.some((n) => n.name.trim() !== ""), {
    error: "Name a network.",
    path: ["networkMode"],
  }),
  z.refine((f) => f.networkMode !== "container" || f.networkContainer.trim() !== "", {
    error: "Name the container.",
    path: ["networkContainer"],
  }),
);

export type CreateForm = z.infer<typeof createSchema>;
export type PairList = "env" | "labels" | "extraHosts" | "logOptions" | "sysctls";

export const emptyForm: CreateForm = {
  image: "",
  name: "",
  pullAlways: false,
  start: true,
  command: "",
  entrypoint: "",
  user: "",
  workingDir: "",
  tty: false,
  stdinOpen: false,
  ports: [],
  networkMode: "",
  networkContainer: "",
  networks: [],
  hostname: "",
  domainname: "",
  extraHosts: [],
  dns: "",
  dnsSearch: "",
  dnsOptions: "",
  mounts: [],
  readOnly: false,
  shmSize: "",
  env: [],
  labels: [],
  restart: "unless-stopped",
  maxRetries: "",
  autoRemove: false,
  health: "image",
  healthCommand: "",
  healthInterval: "",
  healthTimeout: "",
  healthRetries: "",
  healthStart: "",
  init: "",
  stopSignal: "",
  stopGrace: "",
  logDriver: "",
  logOptions: [],
  memory: "",
  memoryReservation: "",
  memorySwap: "",
  cpus: "",
  cpuShares: "",
  cpuset: "",
  pidsLimit: "",
  ulimits: [],
  devices: [],
  gpu: "",
  gpuCount: "",
  gpuIds: "",
  gpuDriver: "",
  gpuCapabilities: "",
  privileged: false,
  pidHost: false,
  ipc: "",
  capAdd: "",
  capDrop: "",
  groupAdd: "",
  securityOpt: "",
  sysctls: [],
  confirmRisks: [],
};

/** A fresh row of a list, as Add makes it. */
export const emptyPort = { host: "", container: "", protocol: "tcp" as const, hostIp: "" };
export const emptyMount: CreateForm["mounts"][number] = {
  type: "bind",
  source: "",
  target: "",
  readOnly: false,
  create: false,
  size: "",
  mode: "",
};
export const emptyNetwork = { name: "", aliases: "", ipv4Address: "", ipv6Address: "" };
