import { queryOptions } from "@tanstack/react-query";
import { isUnnamed } from "../lib/prune";
import { VOLUMES } from "./cache";
import { api, unwrap } from "./client";
import { listOperations } from "./endpoints";
import { orLook } from "./lost-answer";
import type { ContainerSettings, Created, CreateRequest, DryRun, FromRun, RecreateDryRun } from "./types";

/** The two clocks may differ a little. */
const CLOCK_SLACK_MS = 30_000;

/** What the form for a container asks of the agent beside creating it. */

export const engineQuery = queryOptions({
  queryKey: ["engine"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/engine", { signal })),
});

/** The volumes there are, for their names: without their sizes, which take the engine long to find out. */
export const volumeNamesQuery = queryOptions({
  queryKey: [...VOLUMES, "names"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/volumes", { signal })),
  select: (volumes) => volumes.map((v) => v.name).filter((name) => !isUnnamed(name)),
});

/** A registry is asked once for each look at its tags; they change there without a word to us. */
export const tagsQuery = (image: string) =>
  queryOptions({
    queryKey: ["tags", image],
    queryFn: ({ signal }) => unwrap(api.GET("/api/registry/tags", { params: { query: { image } }, signal })),
    staleTime: 60_000,
    retry: false,
  });

export const readDockerRun = (command: string): Promise<FromRun> =>
  unwrap(api.POST("/api/convert/docker-run", { body: { command } })) as Promise<FromRun>;

export const asCompose = async (body: CreateRequest, signal?: AbortSignal): Promise<string> =>
  (await unwrap(api.POST("/api/convert/compose", { body, signal }))).yaml;

const at = (id: string) => ({ path: { id } });

/**
 * One route with two answers: what was begun, or with `dryRun` what would be. `expected` is the name it will have;
 * with it an answer that got lost can be found again.
 */
export const createContainer = (body: CreateRequest, expected: string | undefined): Promise<Created> => {
  const begun = Date.now();
  return orLook(
    unwrap(api.POST("/api/containers", { body })).then((made) => made as Created),
    async () => {
      const operations = await listOperations();
      const operation = operations.find(
        (o) =>
          expected &&
          o.target.containerName === expected &&
          Date.parse(o.createdAt) >= begun - CLOCK_SLACK_MS,
      );
      return operation && { operationId: operation.id };
    },
  );
};
export const checkContainer = async (body: CreateRequest, signal?: AbortSignal) =>
  (await unwrap(
    api.POST("/api/containers", { params: { query: { dryRun: true } }, body, signal }),
  )) as DryRun;

/** Never from the cache: the revision in it is what a change is checked against. */
export const readSettings = (id: string, signal?: AbortSignal): Promise<ContainerSettings> =>
  unwrap(api.GET("/api/containers/{id}/settings", { params: at(id), signal }));

type Recreate = { form: CreateRequest; revision: string };

export const checkRecreate = async (id: string, body: Recreate, signal?: AbortSignal) =>
  (await unwrap(
    api.POST("/api/containers/{id}/recreate", {
      params: { ...at(id), query: { dryRun: true } },
      body,
      signal,
    }),
  )) as RecreateDryRun;

/** Begins it; when the answer gets lost, the operation is looked for by the container's name. */
export const recreate = (id: string, name: string, body: Recreate): Promise<string> => {
  const begun = Date.now();
  return orLook(
    unwrap(api.POST("/api/containers/{id}/recreate", { params: at(id), body })).then(
      (answer) => (answer as { operationId: string }).operationId,
    ),
    async () =>
      (await listOperations()).find(
        (o) =>
          o.kind === "recreate" &&
          o.target.containerName === name &&
          Date.parse(o.createdAt) >= begun - CLOCK_SLACK_MS,
      )?.id,
  );
};
