import type { Container } from "../src/api/types";

/** A running container with nothing special about it, for tests to vary. */
export function container(over: Partial<Container> = {}): Container {
  return {
    id: "0".repeat(64),
    name: "web",
    image: "nginx:1.29",
    imageId: "sha256:1",
    state: "running",
    oomKilled: false,
    ports: [],
    mounts: [],
    networks: [],
    restartPolicy: { policy: "no" },
    restartCount: 0,
    created: "2026-11-01T00:00:00Z",
    startedAt: "2026-11-12T12:00:00Z",
    labels: {},
    ...over,
  };
}

export const NOW = Date.parse("2026-11-24T12:00:00Z");
