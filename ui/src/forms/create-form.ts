import * as z from "zod/mini";
import type { CreateRequest, Problem } from "../api/types";
import { splitCommand } from "./command-line";

// The compiled mode of the validator builds functions from text, which the content security policy forbids.
z.config({ jitless: true });

const port = z.string().check(
  z.refine((v) => v === "" || (/^\d{1,5}$/.test(v) && Number(v) >= 1 && Number(v) <= 65_535), {
    error: "Use a number from 1 to 65535.",
  }),
);
const wholeNumber = (most: number) =>
  z.string().check(
    z.refine((v) => v === "" || (/^\d+$/.test(v) && Number(v) <= most), {
      error: `Use a whole number up to ${most}.`,
    }),
  );

export const createSchema = z.object({
  image: z.string().check(z.trim(), z.minLength(1, "Type an image, for example nginx:1.29.")),
  name: z.string().check(
    z.refine((v) => v === "" || /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(v), {
      error: "Use two or more letters, digits, dots, dashes or underscores.",
    }),
  ),
  pullAlways: z.boolean(),
  start: z.boolean(),
  command: z.string().check(
    z.refine(
      (v) => {
        try {
          splitCommand(v);
          return true;
        } catch {
          return false;
        }
      },
      { error: "A quote is not closed." },
    ),
  ),
  network: z.string(),
  ports: z.array(
    z.object({ host: port, container: port, protocol: z.enum(["tcp", "udp"]), hostIp: z.string() }).check(
      z.refine((p) => p.container !== "" || (p.host === "" && p.hostIp === ""), {
        error: "Say which port inside the container.",
        path: ["container"],
      }),
    ),
  ),
  mounts: z.array(
    z
      .object({
        type: z.enum(["bind", "volume"]),
        source: z.string(),
        target: z.string(),
        readOnly: z.boolean(),
        create: z.boolean(),
      })
      .check(
        z.refine((m) => m.source === "" || m.target.startsWith("/"), {
          error: "Say where it appears inside, from /.",
          path: ["target"],
        }),
        z.refine((m) => m.target === "" || m.source !== "", {
          error: "Say what to mount.",
          path: ["source"],
        }),
        z.refine((m) => m.type !== "bind" || m.source === "" || m.source.startsWith("/"), {
          error: "A path on this server starts with /.",
          path: ["source"],
        }),
      ),
  ),
  env: z.array(
    z.object({ name: z.string(), value: z.string() }).check(
      z.refine((e) => e.name !== "" || e.value === "", { error: "Give it a name.", path: ["name"] }),
      z.refine((e) => !e.name.includes("="), { error: "A name holds no “=”.", path: ["name"] }),
    ),
  ),
  labels: z.array(
    z
      .object({ name: z.string(), value: z.string() })
      .check(z.refine((l) => l.name !== "" || l.value === "", { error: "Give it a name.", path: ["name"] })),
  ),
  restart: z.enum(["no", "always", "unless-stopped", "on-failure"]),
  maxRetries: wholeNumber(1000),
  health: z.enum(["image", "command", "none"]),
  healthCommand: z.string(),
  healthInterval: wholeNumber(86_400),
  healthTimeout: wholeNumber(86_400),
  healthRetries: wholeNumber(100),
  healthStart: wholeNumber(86_400),
  privileged: z.boolean(),
  pidHost: z.boolean(),
  capAdd: z.string(),
  devices: z.array(z.object({ host: z.string(), container: z.string() })),
  confirmRisks: z.array(z.string()),
});

export type CreateForm = z.infer<typeof createSchema>;

export const emptyForm: CreateForm = {
  image: "",
  name: "",
  pullAlways: false,
  start: true,
  command: "",
  network: "",
  ports: [],
  mounts: [],
  env: [],
  labels: [],
  restart: "unless-stopped",
  maxRetries: "",
  health: "image",
  healthCommand: "",
  healthInterval: "",
  healthTimeout: "",
  healthRetries: "",
  healthStart: "",
  privileged: false,
  pidHost: false,
  capAdd: "",
  devices: [],
  confirmRisks: [],
};

export type Mapped = {
  request: CreateRequest;
  /** For each list of the request, which row of the form an entry came from: empty rows are left out. */
  rows: Record<"ports" | "mounts" | "env" | "devices", number[]>;
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

/** The request for what the form says. Absent means "as the image or the agent decides", never an empty value. */
export function toRequest(form: CreateForm): Mapped {
  const ports = kept(form.ports, (p) => p.container !== "");
  const mounts = kept(form.mounts, (m) => m.source !== "" && m.target !== "");
  const env = kept(form.env, (e) => e.name !== "");
  const devices = kept(form.devices, (d) => d.host !== "");
  const labels = form.labels.filter((l) => l.name !== "");
  const caps = form.capAdd.split(/[\s,]+/).filter(Boolean);
  const request: CreateRequest = { image: form.image.trim(), start: form.start };

  if (form.name) request.name = form.name;
  if (form.pullAlways) request.pull = "always";
  if (form.command.trim()) {
    try {
      request.command = splitCommand(form.command);
    } catch {
      // The form shows the open quote; until it is closed there is no command to check.
    }
  }
  if (form.network.trim()) request.network = form.network.trim();
  if (ports.items.length > 0) {
    request.ports = ports.items.map((p) => ({
      container: Number(p.container),
      protocol: p.protocol,
      ...(p.host !== "" && { host: Number(p.host) }),
      ...(p.hostIp.trim() !== "" && { hostIp: p.hostIp.trim() }),
    }));
  }
  if (mounts.items.length > 0) {
    request.mounts = mounts.items.map((m) => ({
      type: m.type,
      source: m.source,
      target: m.target,
      readOnly: m.readOnly,
      ...(m.type === "bind" && m.create && { create: true }),
    }));
  }
  if (env.items.length > 0) request.env = env.items.map(({ name, value }) => ({ name, value }));
  if (labels.length > 0) request.labels = Object.fromEntries(labels.map((l) => [l.name, l.value]));
  request.restart =
    form.restart === "on-failure" && form.maxRetries !== ""
      ? { policy: form.restart, maxRetries: Number(form.maxRetries) }
      : { policy: form.restart };
  if (form.health === "none") request.healthcheck = { test: ["NONE"] };
  if (form.health === "command" && form.healthCommand.trim()) {
    request.healthcheck = {
      test: ["CMD-SHELL", form.healthCommand.trim()],
      intervalSeconds: number(form.healthInterval),
      timeoutSeconds: number(form.healthTimeout),
      retries: number(form.healthRetries),
      startPeriodSeconds: number(form.healthStart),
    };
  }
  if (form.privileged) request.privileged = true;
  if (form.pidHost) request.pidHost = true;
  if (caps.length > 0) request.capAdd = caps.map((c) => c.toUpperCase().replace(/^CAP_/, ""));
  if (devices.items.length > 0) {
    request.devices = devices.items.map((d) => ({
      host: d.host,
      ...(d.container !== "" && { container: d.container }),
    }));
  }
  if (form.confirmRisks.length > 0) request.confirmRisks = form.confirmRisks;
  return {
    request,
    rows: { ports: ports.rows, mounts: mounts.rows, env: env.rows, devices: devices.rows },
  };
}

const single: Record<string, string> = {
  image: "image",
  name: "name",
  command: "command",
  network: "network",
  restart: "restart",
  "restart.maxRetries": "maxRetries",
  "restart.policy": "restart",
  "healthcheck.test": "healthCommand",
  "healthcheck.intervalSeconds": "healthInterval",
  "healthcheck.timeoutSeconds": "healthTimeout",
  "healthcheck.retries": "healthRetries",
  "healthcheck.startPeriodSeconds": "healthStart",
  healthcheck: "healthCommand",
  privileged: "privileged",
  pidHost: "pidHost",
};

/** The form's field for a field of the request: `ports.0.host` may be row 2 of the form. */
export function formField(field: string, mapped: Mapped): string {
  const known = single[field];
  if (known) return known;
  const [list, index, part] = field.split(".");
  if (list === "ports" || list === "mounts" || list === "env" || list === "devices") {
    const row = mapped.rows[list][Number(index)];
    const fallback = { ports: "host", mounts: "source", env: "name", devices: "host" }[list];
    return row === undefined ? list : `${list}.${row}.${part ?? fallback}`;
  }
  if (list === "capAdd") return "capAdd";
  if (list === "labels") return "labels";
  return field;
}

export type Step = "image" | "network" | "storage" | "environment" | "health" | "rights" | "review";
export const steps: { step: Step; title: string }[] = [
  { step: "image", title: "Image" },
  { step: "network", title: "Ports and network" },
  { step: "storage", title: "Storage" },
  { step: "environment", title: "Environment" },
  { step: "health", title: "Health and restart" },
  { step: "rights", title: "Rights" },
  { step: "review", title: "Review" },
];

const stepOf: Record<string, Step> = {
  image: "image",
  name: "image",
  command: "image",
  ports: "network",
  network: "network",
  mounts: "storage",
  env: "environment",
  labels: "environment",
  restart: "health",
  maxRetries: "health",
  privileged: "rights",
  pidHost: "rights",
  capAdd: "rights",
  devices: "rights",
};

export function stepFor(formPath: string): Step {
  const head = formPath.split(".")[0] ?? "";
  return stepOf[head] ?? (head.startsWith("health") ? "health" : "review");
}

export type FieldProblem = Problem & { path: string };

/** Problems of the agent on their fields. Risks are apart: they want to be confirmed, not corrected. */
export function placeProblems(
  problems: Problem[],
  mapped: Mapped,
): { fields: FieldProblem[]; risks: Problem[] } {
  const fields: FieldProblem[] = [];
  const risks: Problem[] = [];
  for (const problem of problems) {
    if (problem.code === "risk_not_confirmed" && problem.risk) risks.push(problem);
    else fields.push({ ...problem, path: formField(problem.field, mapped) });
  }
  return { fields, risks };
}
