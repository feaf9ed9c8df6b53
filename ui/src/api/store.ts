import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { INSTALLS, queryClient, STORE } from "./cache";
import { api, unwrap } from "./client";
import { listOperations } from "./endpoints";
import { orLook } from "./lost-answer";
import type { components } from "./schema";
import type { Problem } from "./types";

/** The store: what is offered, what an install would make, what is installed, and where it comes from. */
type S = components["schemas"];

export type AppCard = S["AppCard"];
export type AppDetails = S["AppDetails"];
export type AppForm = S["AppForm"];
export type ParamField = S["ParamField"];
export type PortField = S["PortField"];
export type VolumeField = S["VolumeField"];
export type DeviceField = S["DeviceField"];
export type Answers = S["Answers"];
export type Risk = S["PreviewRisk"];
export type AppProblem = Problem;
export type AppPreview = Omit<S["AppPreview"], "problems"> & { problems: AppProblem[] };
export type Install = S["InstallSummary"];
export type InstallDetails = S["InstallDetails"];
export type Secret = S["GeneratedSecret"];
export type UninstallPreview = S["UninstallPreview"];
export type StoreView = S["StoreView"];
export type StoreStatus = S["StoreStatus"];
export type Peer = S["PeerView"];
export type BytesBySource = S["BytesBySource"];

/** What the list is asked for. */
export type Wanted = { q?: string; category?: string; store?: string; sort?: "updated" | "added" };
/** The apps read so far, from the best on. */
export type Found = S["StoreIndex"];

const PAGE = 60;
const LARGEST_PAGE = 200;

const indexKey = (wanted: Wanted) => [...STORE, "index", wanted] as const;

const page = (wanted: Wanted, cursor: string | undefined, limit: number, signal?: AbortSignal) =>
  unwrap(api.GET("/api/store/index", { params: { query: { ...wanted, cursor, limit } }, signal }));

/** At least `count` apps, or all there are. */
async function atLeast(count: number, wanted: Wanted, signal: AbortSignal): Promise<Found> {
  const size = (have: number) => Math.min(Math.max(count - have, PAGE), LARGEST_PAGE);
  let found = await page(wanted, undefined, size(0), signal);
  while (found.next !== undefined && found.apps.length < count) {
    const more = await page(wanted, found.next, size(found.apps.length), signal);
    found = { ...more, apps: [...found.apps, ...more.apps] };
  }
  return found;
}

/** Asked again after a change, it reads as many as were on show, so that nobody loses the place. */
export const appsQuery = (wanted: Wanted) =>
  queryOptions({
    queryKey: indexKey(wanted),
    queryFn: ({ signal }) =>
      atLeast(queryClient.getQueryData<Found>(indexKey(wanted))?.apps.length ?? PAGE, wanted, signal),
    placeholderData: keepPreviousData,
  });

/** Reads the next page behind those there are. */
export async function moreApps(wanted: Wanted): Promise<void> {
  const before = queryClient.getQueryData<Found>(indexKey(wanted));
  if (before?.next === undefined) return;
  const more = await page(wanted, before.next, LARGEST_PAGE);
  queryClient.setQueryData<Found>(indexKey(wanted), (now) =>
    // Read anew in the meantime: the page belongs to a list that is no more.
    now === before ? { ...more, apps: [...before.apps, ...more.apps] } : now,
  );
}

/** The few best, for a list of suggestions. */
export const suggestedApps = (q: string) =>
  queryOptions({
    queryKey: [...STORE, "suggested", q],
    queryFn: async ({ signal }) => (await page({ q }, undefined, 5, signal)).apps,
    enabled: q.length > 1,
    retry: false,
    placeholderData: keepPreviousData,
  });

export const appQuery = (store: string, slug: string) =>
  queryOptions({
    queryKey: [...STORE, "app", store, slug],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/store/apps/{store}/{slug}", { params: { path: { store, slug } }, signal })),
  });

export const storeStatusQuery = queryOptions({
  queryKey: [...STORE, "status"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/store/status", { signal })),
});

export const installsQuery = queryOptions({
  queryKey: INSTALLS,
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/store/installs", { signal }))).installs,
});

/** Never from the cache: the revision in it is what a change is checked against. */
export const installQuery = (id: string) =>
  queryOptions({
    queryKey: ["install", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/store/installs/{id}", { params: { path: { id } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });

export const uninstallQuery = (id: string) =>
  queryOptions({
    queryKey: ["uninstall", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/store/installs/{id}/uninstall", { params: { path: { id } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });

export type Asked = { answers: Answers; confirmRisks: string[] };

export const previewInstall = async (
  store: string,
  slug: string,
  asked: Asked,
  signal?: AbortSignal,
): Promise<AppPreview> =>
  (await unwrap(api.POST("/api/store/preview", { body: { store, slug, ...asked }, signal }))) as AppPreview;

export const previewChange = async (
  id: string,
  asked: Asked & { update: boolean },
  signal?: AbortSignal,
): Promise<AppPreview> =>
  (await unwrap(
    api.POST("/api/store/installs/{id}/preview", { params: { path: { id } }, body: asked, signal }),
  )) as AppPreview;

/** `lost`: it was begun, but its answer with the secrets never came. */
export type Begun = { operationId: string; install: string; secrets: Secret[]; lost?: true };

/** The two clocks may differ a little. */
const CLOCK_SLACK_MS = 30_000;

/** The operation on an install of this name that began with the request. */
async function lookFor(kind: string, name: string, begun: number): Promise<Begun | undefined> {
  const operation = (await listOperations()).find(
    (o) => o.kind === kind && o.target.app === name && Date.parse(o.createdAt) >= begun - CLOCK_SLACK_MS,
  );
  if (!operation) return undefined;
  const { installs } = await unwrap(api.GET("/api/store/installs", {}));
  const install = installs.find((i) => i.name === name)?.id ?? "";
  return { operationId: operation.id, install, secrets: [], lost: true };
}

/** `name` is the one the preview told; with it an answer that got lost can be found again. */
export const install = (store: string, slug: string, asked: Asked, name: string): Promise<Begun> => {
  const begun = Date.now();
  return orLook<Begun>(unwrap(api.POST("/api/store/install", { body: { store, slug, ...asked } })), () =>
    lookFor("install", name, begun),
  );
};

export const changeInstall = (
  id: string,
  asked: Asked & { update: boolean; revision: string },
  name: string,
): Promise<Begun> => {
  const begun = Date.now();
  return orLook<Begun>(
    unwrap(api.PUT("/api/store/installs/{id}", { params: { path: { id } }, body: asked })),
    () => lookFor("changeApp", name, begun),
  );
};

export const uninstall = (
  id: string,
  name: string,
  deleteData: boolean,
): Promise<{ operationId: string }> => {
  const begun = Date.now();
  return orLook<{ operationId: string }>(
    unwrap(
      api.POST("/api/store/installs/{id}/uninstall", { params: { path: { id } }, body: { deleteData } }),
    ),
    () => lookFor("uninstall", name, begun),
  );
};

/** By an invitation, or by an address with the hash of the store's first root file. */
export const addStore = (by: { invite: string } | { origin: string; root: string }) =>
  unwrap(api.POST("/api/store/stores", { body: by }));

const at = (store: string) => ({ params: { path: { store } } });

export const removeStore = (store: string) => unwrap(api.DELETE("/api/store/stores/{store}", at(store)));
export const pinStore = (store: string, pinned: boolean) =>
  unwrap(api.PUT("/api/store/stores/{store}/pin", { ...at(store), body: { pinned } }));
export const refreshStore = (store: string) =>
  unwrap(api.POST("/api/store/stores/{store}/refresh", at(store)));
export const inviteTo = async (store: string) =>
  (await unwrap(api.GET("/api/store/stores/{store}/invite", at(store)))).invite;
