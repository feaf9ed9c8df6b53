import type { Change, Operation } from "../api/types";
import type {
  Applied,
  ContainerUpdate,
  NewerTag,
  UpdateChange,
  UpdatePlan,
  UpdateSide,
  UpdateStatus,
  Updates,
} from "../api/updates";
import type { IconName } from "../components/icon";
import { ago, dateTime, plural, shortDigest } from "../lib/format";
import type { UpdatesSearch } from "../router";

/** Words of the update pages that need no React. */

export type Group = NonNullable<UpdatesSearch["show"]>;

const groups: Partial<Record<UpdateStatus, Group>> = {
  available: "ready",
  waiting: "held",
  skipped: "held",
  held: "held",
  pinned: "held",
  unchecked: "other",
  unknown: "other",
  unsupported: "other",
};

/** Where a container is listed; what is up to date is only among all. */
export const groupOf = (update: Pick<ContainerUpdate, "status">): Group | undefined => groups[update.status];

const order: readonly UpdateStatus[] = [
  "available",
  "waiting",
  "skipped",
  "held",
  "pinned",
  "unknown",
  "unchecked",
  "current",
  "unsupported",
];

/** What can be done first, then what waits, then what is as it should be; by name among equals. */
export const byUrgency = (a: ContainerUpdate, b: ContainerUpdate): number =>
  order.indexOf(a.status) - order.indexOf(b.status) ||
  a.name.localeCompare(b.name, undefined, { numeric: true });

export type Standing = {
  /** Absent for an update that is ready, which has a flag of its own. */
  icon?: IconName;
  word: string;
  note: string;
  /** It wants somebody to look. */
  bad?: true;
};

/** How a container stands, in words, with what to know about it. */
export function standingOf(update: ContainerUpdate, now: number, last?: Operation): Standing {
  const { status, reason, available, checkedAt } = update;
  if (last?.state === "running") {
    const step = last.steps.find((s) => s.state === "running");
    return { icon: "clock", word: "Updating", note: step?.title ?? "about to begin" };
  }
  if (last?.state === "needsAttention")
    return { icon: "warn", word: "Needs a look", note: last.cause ?? "", bad: true };
  if (last?.state === "rolledBack" && status === "available")
    return {
      word: "Update ready",
      note: `rolled back ${ago(last.endedAt, now)}: ${last.cause ?? ""}`,
      bad: true,
    };
  const failed = reason ? `The last check failed: ${reason}` : "";
  const undone = available?.failed;
  switch (status) {
    case "available":
      return {
        word: "Update ready",
        note: undone
          ? `the last try was undone: ${undone}`
          : failed || `first seen ${ago(available?.firstSeen, now)}`,
        bad: undone ? true : undefined,
      };
    case "waiting":
      return {
        icon: "clock",
        word: "Waiting",
        note: available ? `old enough on ${dateTime(available.readyAt)}` : "not old enough yet",
      };
    case "skipped":
      return { icon: "x", word: "Skipped", note: "the version after this one shows again" };
    case "held":
      return { icon: "pause", word: "Held", note: "shown, but never updated with others" };
    case "pinned":
      return { icon: "lock", word: "Pinned", note: "stays with its digest and is not checked" };
    case "current":
      return {
        icon: "check",
        word: "Up to date",
        note: failed || (checkedAt ? `checked ${ago(checkedAt, now)}` : ""),
        bad: failed ? true : undefined,
      };
    case "unchecked":
      return { icon: "info", word: "Not checked yet", note: "" };
    case "unknown":
      return { icon: "warn", word: "Not known", note: reason ?? "", bad: true };
    case "unsupported":
      return { icon: "info", word: "Not updated here", note: reason ?? "" };
  }
}

/** "2 updates ready · 14 containers · checked 5 min ago". */
export function summaryOf(updates: Updates, now: number): string {
  const known = updates.checkedAt !== undefined || updates.available > 0;
  const parts = [
    !known
      ? undefined
      : updates.available === 0
        ? "Nothing to update"
        : `${plural(updates.available, "update")} ready`,
    plural(updates.containers.length, "container"),
    updates.checking
      ? "checking now"
      : updates.checkedAt
        ? `checked ${ago(updates.checkedAt, now)}`
        : "not checked yet",
  ];
  if (updates.nextRun) parts.push(`next check ${dateTime(updates.nextRun)}`);
  return parts.filter(Boolean).join(" · ");
}

const places: Record<string, { group: Change["group"]; label: (name: string | undefined) => string }> = {
  env: { group: "Environment", label: (name) => name ?? "Environment" },
  entrypoint: { group: "Image", label: () => "Entrypoint" },
  command: { group: "Image", label: () => "Command" },
  user: { group: "Rights", label: () => "User" },
  workingDir: { group: "Image", label: () => "Working folder" },
  ports: { group: "Ports", label: () => "Port" },
  volumes: { group: "Storage", label: () => "Volume" },
  healthcheck: { group: "Health", label: () => "Health check" },
  stopSignal: { group: "Other", label: () => "Stop signal" },
  labels: { group: "Other", label: (name) => name ?? "Label" },
};

/** A difference of two images as the list of differences has it. A kind of difference it does not know keeps its name. */
function changeOf(change: UpdateChange): Change {
  const { field, name, before, after } = change;
  const place = places[field];
  return {
    field: `${field}.${name ?? ""}`,
    group: place?.group ?? "Other",
    label: place?.label(name) ?? name ?? field,
    kind: before === undefined ? "added" : after === undefined ? "removed" : "changed",
    before,
    after,
  };
}

/** What changes for the container, and what only the image says because the container has its own setting. */
export function changesOf(plan: UpdatePlan): { changes: Change[]; covered: Change[] } {
  const effective = (wanted: boolean) => plan.changes.filter((c) => c.effective === wanted).map(changeOf);
  return { changes: effective(true), covered: effective(false) };
}

const steps: Record<NewerTag["step"], string> = {
  patch: "fixes",
  minor: "new features",
  major: "a large step, read its notes first",
};
export const stepWords = (tag: NewerTag): string => `${tag.step}: ${steps[tag.step]}`;

const COMMIT = /^[0-9a-f]{7,64}$/;

/** Where the changes between two versions can be read, for sources that have such a page. */
export function compareAddress(from: UpdateSide, to: UpdateSide): string | undefined {
  const { source, revision } = to.origin;
  const before = from.origin.revision;
  if (!source || !revision || !before || revision === before) return undefined;
  if (!COMMIT.test(revision) || !COMMIT.test(before)) return undefined;
  const base = source.replace(/(\.git)?\/*$/, "");
  const host = URL.canParse(base) ? new URL(base).hostname : "";
  const between = `${before}...${revision}`;
  if (host === "github.com" || host === "codeberg.org") return `${base}/compare/${between}`;
  return host === "gitlab.com" ? `${base}/-/compare/${between}` : undefined;
}

/** What came of the wish to update several, in one sentence. */
export function appliedWords({ begun, refused, lost }: Applied): string {
  const begins = `${plural(begun.length, "update")} begun`;
  if (lost) return `${begins}. The connection was lost on the way, so there may be more.`;
  return refused.length === 0 ? `${begins}.` : `${begins}, ${plural(refused.length, "container")} left out.`;
}

/** "1.27.3, 9f3c…e21a": a side of an update in few words. */
export const sideWords = ({ origin, digest }: UpdateSide): string =>
  [origin.version, digest && shortDigest(digest)].filter(Boolean).join(", ") || "not known";
