import type { components, paths } from "./schema";

/** Names for the agent's shapes. Times are RFC 3339 strings in UTC, sizes are bytes. */
type S = components["schemas"];

export type EngineStatus = S["EngineStatus"];
export type ServerInfo = S["ServerInfo"];
export type Health = S["HealthAnswer"];
export type SessionInfo = S["SessionAnswer"];
export type LoginAnswer = S["LoginAnswer"];
export type Container = S["Container"];
export type ContainerDetail = S["ContainerDetail"];
export type Port = S["PortView"];
export type Mount = S["MountView"];
export type WebUi = S["WebUi"];
export type CreateRequest = S["CreateRequest"];
export type Created = S["CreateAnswer"];
/** A suggestion may be of any type: a port, a path, a name. */
export type Problem = Omit<S["ProblemBody"], "suggestion"> & {
  suggestion?: { label: string; value: unknown };
};
export type DryRun = Omit<S["PreviewAnswer"], "problems"> & { problems: Problem[] };
export type FromRun = S["RunAnswer"];
export type ContainerSettings =
  paths["/api/containers/{id}/settings"]["get"]["responses"][200]["content"]["application/json"];
export type Change = S["ChangeAnswer"];
export type RecreateDryRun = DryRun & { changes: Change[] };
export type ErrorBody = Omit<S["ErrorBody"], "problems"> & { problems?: Problem[] };
export type Image = S["Image"];
export type AuditEntry = S["AuditAnswer"];
export type ExecTicket = S["TicketAnswer"];
export type Layer = S["LayerProgress"];
export type Network = S["Network"];
export type NetworkRequest = S["NewNetwork"];
export type Volume = S["Volume"];
export type VolumeRequest = S["VolumeRequest"];
export type PruneKind = "images" | "volumes" | "networks";
export type PruneItem = S["PruneItem"];
export type PruneDone = S["Pruned"];
export type SignedIn = S["SessionView"];
export type SettingsRequest = S["SettingsRequest"];
export type Settings = S["SettingsAnswer"];
export type About = S["AboutAnswer"];
export type AuditChain = S["ChainAnswer"];

export type HostStats = S["HostStats"];
export type ContainerStats = S["ContainerStats"];
type Column = "cpu" | "memory" | "rx" | "tx" | "read" | "write" | "storage";
/** The document cannot say that a point may be null, where one number of it is not known. */
export type StatsHistory = Omit<S["StatsHistory"], Column> & Record<Column, (number | null)[]>;
/**
 * id, cpuPercent, memoryBytes, memoryLimitBytes, rxPerSecond, txPerSecond, readPerSecond, writePerSecond, pids.
 * The document cannot say what stands at which place.
 */
export type StatsRow = [
  id: string,
  cpu: number,
  memory: number,
  limit: number,
  rx: number | null,
  tx: number | null,
  read: number | null,
  write: number | null,
  pids: number | null,
];
export type StatsSample = Omit<S["StatsSample"], "containers"> & { containers: StatsRow[] };

export type OperationState = "running" | "succeeded" | "rolledBack" | "needsAttention";
export type StepState = "pending" | "running" | "done" | "failed" | "undone";
/** The document has plain strings where the agent has these words. */
export type Operation = Omit<S["Operation"], "state" | "steps" | "target"> & {
  state: OperationState;
  /** `app` is the name of an install. */
  target: S["Operation"]["target"] & { app?: string };
  steps: (Omit<S["StepView"], "state"> & { state: StepState })[];
};

export type Activity = S["Activity"];
