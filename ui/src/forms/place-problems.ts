import type { Problem } from "../api/types";
import { plainByRequest } from "./create-fields";
import type { Mapped, RowList } from "./create-request";

/** Fields whose name in the form is another one than in the request. */
const renamed: Record<string, string> = {
  image: "image",
  network: "networkMode",
  restart: "restart",
  "restart.maxRetries": "maxRetries",
  "restart.policy": "restart",
  healthcheck: "healthCommand",
  "healthcheck.test": "healthCommand",
  "healthcheck.intervalSeconds": "healthInterval",
  "healthcheck.timeoutSeconds": "healthTimeout",
  "healthcheck.retries": "healthRetries",
  "healthcheck.startPeriodSeconds": "healthStart",
  logging: "logDriver",
  "logging.driver": "logDriver",
  gpus: "gpu",
  "gpus.count": "gpuCount",
  "gpus.deviceIds": "gpuIds",
  "gpus.driver": "gpuDriver",
  "gpus.capabilities": "gpuCapabilities",
};

const firstField: Record<RowList, string> = {
  ports: "host",
  mounts: "source",
  env: "name",
  devices: "host",
  networks: "name",
  extraHosts: "name",
  ulimits: "name",
};
const rowField: Record<string, string> = {
  "ports.hostEnd": "host",
  "ports.containerEnd": "container",
  "mounts.sizeBytes": "size",
  "extraHosts.host": "name",
  "extraHosts.ip": "value",
};

/** The form's field for a field of the request: `ports.0.host` may be row 2 of the form. */
export function formField(field: string, mapped: Mapped): string {
  const [head = "", second, ...rest] = field.split(".");
  if (head in mapped.rows) {
    const list = head as RowList;
    const row = mapped.rows[list][Number(second)];
    if (row === undefined) return list === "networks" ? "networkMode" : list;
    const part = rest[0];
    return `${list}.${row}.${part === undefined ? firstField[list] : (rowField[`${list}.${part}`] ?? part)}`;
  }
  // A key of a map may hold dots itself.
  const keyed = /^(labels|sysctls|logging\.options)\.(.+)$/.exec(field);
  if (keyed?.[1] && keyed[2]) {
    const list = keyed[1] === "logging.options" ? "logOptions" : (keyed[1] as "labels" | "sysctls");
    const row = mapped.keys[list].indexOf(keyed[2]);
    return row < 0 ? list : `${list}.${row}.value`;
  }
  // The one network without addresses of its own is sent as the network itself.
  if (field === "network" && mapped.rows.networks[0] !== undefined)
    return `networks.${mapped.rows.networks[0]}.name`;
  if (field === "network" && mapped.request.network?.startsWith("container:")) return "networkContainer";
  return (
    renamed[field] ?? renamed[`${head}.${second}`] ?? plainByRequest(head)?.form ?? renamed[head] ?? field
  );
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
