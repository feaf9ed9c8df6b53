import { queryOptions } from "@tanstack/react-query";
import { queryClient, UPDATES } from "./cache";
import { api, unwrap } from "./client";
import { listOperations } from "./endpoints";
import { orLook } from "./lost-answer";
import type { components } from "./schema";
import type { Operation } from "./types";

/** Updates: what is newer, what an update would change, and doing it. */
type S = components["schemas"];

export type Updates = S["Updates"];
export type ContainerUpdate = S["ContainerUpdate"];
export type UpdateStatus = S["UpdateStatus"];
export type UpdatePlan = S["UpdatePlan"];
export type UpdateChange = S["UpdateChange"];
export type UpdateSide = S["UpdateSide"];
export type UpdatePolicy = S["UpdatePolicy"];
export type UpdateWindow = S["UpdateWindow"];
export type UpdateSettings = S["UpdateSettings"];
export type DeployedBefore = S["DeployedBefore"];
export type NewerTag = S["NewerTag"];
/** `lost`: the answer never came, so what was refused is not known. */
export type Applied = S["UpdatesApplied"] & { lost?: true };

/** Kept true by the `updates` event; nobody outside is asked for it. */
export const updatesQuery = queryOptions({
  queryKey: UPDATES,
  queryFn: ({ signal }) => unwrap(api.GET("/api/updates", { signal })),
});

/** What an update could go to beside what its reference means now: another tag, or a digest that ran before. */
export type Target = { tag?: string; digest?: string };

/** Never from the cache: the revision in it is what an update is checked against. */
export const planQuery = (name: string, target: Target) =>
  queryOptions({
    queryKey: ["update-plan", name, target],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/containers/{id}/update", {
          params: { path: { id: name }, query: target },
          signal,
        }),
      ),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export const updateSettingsQuery = queryOptions({
  queryKey: [...UPDATES, "settings"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/updates/settings", { signal })),
});
export const saveUpdateSettings = (body: UpdateSettings) =>
  unwrap(api.PUT("/api/updates/settings", { body }));

/** Registries are slow and the answer waits for all of them; a check that goes on without us ends in an event. */
export async function checkUpdates(): Promise<void> {
  queryClient.setQueryData(updatesQuery.queryKey, await unwrap(api.POST("/api/updates/check")));
}

/** Writes what the agent answers into the list. */
export async function savePolicy(name: string, body: UpdatePolicy): Promise<ContainerUpdate> {
  const saved = await unwrap(
    api.PUT("/api/containers/{id}/update-policy", { params: { path: { id: name } }, body }),
  );
  queryClient.setQueryData(updatesQuery.queryKey, (old) => old && withUpdate(old, saved));
  return saved;
}

export function withUpdate(updates: Updates, one: ContainerUpdate): Updates {
  const containers = updates.containers.map((c) => (c.name === one.name ? one : c));
  return { ...updates, containers, available: containers.filter((c) => c.status === "available").length };
}

/** The two clocks may differ a little. */
const CLOCK_SLACK_MS = 30_000;

const isUpdateOf = (o: Operation, name: string) => o.kind === "update" && o.target.containerName === name;

/** The newest update of a container among the operations that are kept, which are the newest first. */
export const updateOf = (operations: readonly Operation[], name: string): Operation | undefined =>
  operations.find((o) => isUpdateOf(o, name));

async function begunSince(name: string, begun: number): Promise<{ operationId: string } | undefined> {
  const found = (await listOperations()).find(
    (o) => isUpdateOf(o, name) && Date.parse(o.createdAt) >= begun - CLOCK_SLACK_MS,
  );
  return found && { operationId: found.id };
}

/** The networks of a container come and go with it, and a browser on the server may lose the answer to that. */
function begin(name: string, call: Promise<{ operationId: string }>): Promise<{ operationId: string }> {
  const begun = Date.now();
  return orLook(call, () => begunSince(name, begun));
}

type Agreed = { revision: string; digest: string; tag?: string; confirmRisks: string[] };

export const update = (name: string, body: Agreed) =>
  begin(name, unwrap(api.POST("/api/containers/{id}/update", { params: { path: { id: name } }, body })));

export const goBack = (name: string, digest: string, confirmRisks: string[]) =>
  begin(
    name,
    unwrap(
      api.POST("/api/containers/{id}/rollback", {
        params: { path: { id: name } },
        body: { digest, confirmRisks },
      }),
    ),
  );

export function applyUpdates(containers: string[]): Promise<Applied> {
  const begun = Date.now();
  return orLook<Applied>(unwrap(api.POST("/api/updates/apply", { body: { containers } })), async () => {
    const found = await Promise.all(
      containers.map(async (name) => {
        const operation = await begunSince(name, begun);
        return operation ? [{ name, ...operation }] : [];
      }),
    );
    const all = found.flat();
    return all.length > 0 ? { begun: all, refused: [], lost: true } : undefined;
  });
}
