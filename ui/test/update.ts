import type { ContainerUpdate, UpdatePlan, Updates } from "../src/api/updates";

const OLD = `sha256:${"a".repeat(64)}`;
export const NEW = `sha256:${"b".repeat(64)}`;

/** A container with an update that is ready, for tests to vary. */
export function updateOf(over: Partial<ContainerUpdate> = {}): ContainerUpdate {
  return {
    name: "web",
    id: "0".repeat(64),
    follows: "nginx:1.27",
    digest: OLD,
    since: "2026-11-01T00:00:00Z",
    status: "available",
    available: {
      digest: NEW,
      source: "registry",
      firstSeen: "2026-11-24T09:00:00Z",
      readyAt: "2026-11-24T09:00:00Z",
    },
    newerTags: [],
    checkedAt: "2026-11-24T11:55:00Z",
    database: false,
    automatic: false,
    policy: { mode: "follow" },
    before: [],
    ...over,
  };
}

export const updatesOf = (containers: ContainerUpdate[], over: Partial<Updates> = {}): Updates => ({
  checkedAt: "2026-11-24T11:55:00Z",
  checking: false,
  available: containers.filter((c) => c.status === "available").length,
  containers,
  paused: [],
  ...over,
});

export function planOf(over: Partial<UpdatePlan> = {}): UpdatePlan {
  return {
    name: "web",
    from: { reference: "nginx:1.27", digest: OLD, created: "2026-10-01T00:00:00Z", origin: {} },
    to: { reference: "nginx:1.27", digest: NEW, created: "2026-11-20T00:00:00Z", origin: {} },
    revision: "r1",
    downloadBytes: 1_500_000,
    here: false,
    changes: [],
    risks: [],
    dependants: [],
    runs: true,
    verdict: "It has to run for 10 seconds without an end or a restart.",
    data: [],
    dataNote: "It keeps no data outside of itself.",
    refused: [],
    ...over,
  };
}
