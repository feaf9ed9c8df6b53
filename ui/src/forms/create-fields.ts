import type { CreateRequest } from "../api/types";
import type { CreateForm } from "./create-schema";

/**
 * The fields that are one value in the form and one in the request. Both directions, the place of a problem and
 * the summary of a folded part are read from this table, so a field is added in one line.
 */
export type Kind =
  | "text"
  /** Words as in a shell. */
  | "words"
  /** Several, parted by white space or commas. */
  | "list"
  | "capabilities"
  /** Several, one on each line. */
  | "lines"
  | "size"
  /** A size, or "unlimited". */
  | "openSize"
  | "number"
  | "flag"
  /** Yes, no, or left to the engine. */
  | "answer";

type Keys<T> = Extract<
  { [K in keyof CreateForm]: CreateForm[K] extends T ? K : never }[keyof CreateForm],
  string
>;

export type Step = "image" | "network" | "storage" | "environment" | "health" | "limits" | "review";

export type PlainField = {
  form: Keys<string> | Keys<boolean>;
  request: keyof CreateRequest & string;
  kind: Kind;
  step: Step;
  /** Names it where there is no room for its value. */
  label: string;
};

const field = (
  step: Step,
  form: PlainField["form"],
  kind: Kind,
  label: string,
  request = form as PlainField["request"],
): PlainField => ({ form, request, kind, step, label });

export const plainFields: PlainField[] = [
  field("image", "name", "text", "Name"),
  field("image", "command", "words", "Command"),
  field("image", "entrypoint", "words", "Entrypoint"),
  field("image", "user", "text", "User"),
  field("image", "workingDir", "text", "Working directory"),
  field("image", "tty", "flag", "Terminal"),
  field("image", "stdinOpen", "flag", "Open input"),
  field("network", "hostname", "text", "Host name"),
  field("network", "domainname", "text", "Domain"),
  field("network", "dns", "list", "DNS servers"),
  field("network", "dnsSearch", "list", "Search domains"),
  field("network", "dnsOptions", "list", "DNS options"),
  field("storage", "readOnly", "flag", "Read-only system"),
  field("storage", "shmSize", "size", "Shared memory", "shmSizeBytes"),
  field("health", "autoRemove", "flag", "Removed when it ends"),
  field("health", "init", "answer", "Init process"),
  field("health", "stopSignal", "text", "Stop signal"),
  field("health", "stopGrace", "number", "Time to stop", "stopGraceSeconds"),
  field("limits", "memory", "size", "Memory", "memoryBytes"),
  field("limits", "memoryReservation", "size", "Reserved memory", "memoryReservationBytes"),
  field("limits", "memorySwap", "openSize", "Memory and swap", "memorySwapBytes"),
  field("limits", "cpus", "number", "Processors"),
  field("limits", "cpuShares", "number", "Share of processors", "cpuShares"),
  field("limits", "cpuset", "text", "Which processors"),
  field("limits", "pidsLimit", "number", "Processes"),
  field("limits", "privileged", "flag", "Privileged"),
  field("limits", "pidHost", "flag", "Processes of the server"),
  field("limits", "ipc", "text", "IPC"),
  field("limits", "capAdd", "capabilities", "Added capabilities"),
  field("limits", "capDrop", "capabilities", "Dropped capabilities"),
  field("limits", "groupAdd", "list", "Groups"),
  field("limits", "securityOpt", "lines", "Security options"),
];

const byRequest = new Map<string, PlainField>(plainFields.map((f) => [f.request, f]));
export const plainByRequest = (name: string) => byRequest.get(name);

export const steps: { step: Step; title: string }[] = [
  { step: "image", title: "Image" },
  { step: "network", title: "Ports and network" },
  { step: "storage", title: "Storage" },
  { step: "environment", title: "Environment" },
  { step: "health", title: "Health and restart" },
  { step: "limits", title: "Limits and rights" },
  { step: "review", title: "Review" },
];

const stepOf = new Map<string, Step>([
  ...plainFields.map((f): [string, Step] => [f.form, f.step]),
  ["image", "image"],
  ["ports", "network"],
  ["networkMode", "network"],
  ["networkContainer", "network"],
  ["networks", "network"],
  ["extraHosts", "network"],
  ["mounts", "storage"],
  ["env", "environment"],
  ["labels", "environment"],
  ["restart", "health"],
  ["maxRetries", "health"],
  ["logDriver", "health"],
  ["logOptions", "health"],
  ["devices", "limits"],
  ["gpu", "limits"],
  ["gpuCount", "limits"],
  ["gpuIds", "limits"],
  ["gpuDriver", "limits"],
  ["gpuCapabilities", "limits"],
  ["sysctls", "limits"],
  ["ulimits", "limits"],
]);

export function stepFor(formPath: string): Step {
  const head = formPath.split(".")[0] ?? "";
  return stepOf.get(head) ?? (head.startsWith("health") ? "health" : "review");
}
