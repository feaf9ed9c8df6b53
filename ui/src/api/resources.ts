import { queryOptions } from "@tanstack/react-query";
import { NETWORKS, VOLUMES } from "./cache";
import { api, unwrap } from "./client";
import { orLook } from "./lost-answer";
import type { NetworkRequest, PruneDone, PruneKind, VolumeRequest } from "./types";

/** Images, networks, volumes, and clearing out of what nobody uses. */

export const pullImage = (image: string) => unwrap(api.POST("/api/images/pull", { body: { image } }));
/** `name` is a reference, which may hold slashes, or an id. */
export const removeImage = (name: string, force: boolean) =>
  unwrap(api.DELETE("/api/images/{name}", { params: { path: { name }, query: { force } } }));

const listNetworks = (signal?: AbortSignal) => unwrap(api.GET("/api/networks", { signal }));
const listVolumes = (signal?: AbortSignal) =>
  unwrap(api.GET("/api/volumes", { params: { query: { sizes: true } }, signal }));

export const networksQuery = queryOptions({
  queryKey: NETWORKS,
  queryFn: ({ signal }) => listNetworks(signal),
});
/** With sizes, for which the engine has to walk through each of them. */
export const volumesQuery = queryOptions({
  queryKey: VOLUMES,
  queryFn: ({ signal }) => listVolumes(signal),
});

/** A new bridge is an interface of the server, and a browser there may lose the answer that tells of it. */
export const createNetwork = (body: NetworkRequest): Promise<{ name: string }> =>
  orLook<{ name: string }>(unwrap(api.POST("/api/networks", { body })), async () =>
    (await listNetworks()).find((n) => n.name === body.name),
  );
export const removeNetwork = (id: string): Promise<boolean> =>
  orLook(
    unwrap(api.DELETE("/api/networks/{id}", { params: { path: { id } } })).then(() => true),
    async () => (await listNetworks()).every((n) => n.id !== id) || undefined,
  );

export const createVolume = (body: VolumeRequest) => unwrap(api.POST("/api/volumes", { body }));
export const removeVolume = (name: string) =>
  unwrap(api.DELETE("/api/volumes/{name}", { params: { path: { name } } }));

/** `all`: also what somebody has given a name. Of networks all are named, and a network holds nothing. */
function previewPrune(kind: PruneKind, all: boolean, signal?: AbortSignal) {
  switch (kind) {
    case "images":
      return unwrap(api.GET("/api/prune/images", { params: { query: { unused: all } }, signal }));
    case "volumes":
      return unwrap(api.GET("/api/prune/volumes", { params: { query: { named: all } }, signal }));
    case "networks":
      return unwrap(api.GET("/api/prune/networks", { signal }));
  }
}

/** What would go. Asked anew each time: it is shown to be agreed to. */
export const pruneQuery = (kind: PruneKind, all: boolean) =>
  queryOptions({
    queryKey: ["prune", kind, all],
    queryFn: ({ signal }) => previewPrune(kind, all, signal),
    staleTime: 0,
    gcTime: 0,
  });
/** Taking a bridge away is what makes a browser on the server lose the answer; then what is left tells the rest. */
export const prune = (kind: PruneKind, ids: string[]): Promise<PruneDone> =>
  orLook<PruneDone>(unwrap(api.POST(`/api/prune/${kind}`, { body: { ids } })), async () => {
    const { items } = await previewPrune(kind, true);
    const left = new Set(items.map((i) => i.id));
    return ids.some((id) => left.has(id)) ? undefined : { removed: ids, freedBytes: 0, failed: [] };
  });
