import { QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { getContainer, getHealth, getSession, listContainers, listImages, listOperations } from "./endpoints";
import { ApiError } from "./errors";
import type { Activity, Container, ContainerDetail, Operation } from "./types";

/** The event stream keeps every list true, so nothing here is fetched twice without a reason. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: "always",
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      retryDelay: (n) => Math.min(1000 * 2 ** n, 8000),
    },
    mutations: { networkMode: "always" },
  },
});

type Change =
  | { kind: "container"; value: Container }
  | { kind: "container-removed"; id: string }
  | { kind: "operation"; value: Operation };

/**
 * Changes that arrive while a list is on its way are newer than the list. Each fetch keeps a journal and applies
 * it to the answer, or the answer would undo them.
 */
const journals = new Set<Change[]>();

function applyTo<T extends { id: string }>(list: T[], change: { id: string; value?: T }): T[] {
  const at = list.findIndex((x) => x.id === change.id);
  if (!change.value) return at < 0 ? list : list.filter((_, i) => i !== at);
  if (at < 0) return [change.value, ...list];
  const next = list.slice();
  next[at] = change.value;
  return next;
}

function containersAfter(list: Container[], change: Change): Container[] {
  if (change.kind === "container") return applyTo(list, { id: change.value.id, value: change.value });
  if (change.kind === "container-removed") return applyTo<Container>(list, { id: change.id });
  return list;
}

function operationsAfter(list: Operation[], change: Change): Operation[] {
  return change.kind === "operation" ? applyTo(list, { id: change.value.id, value: change.value }) : list;
}

async function withJournal<T>(fetch: () => Promise<T[]>, after: (list: T[], c: Change) => T[]): Promise<T[]> {
  const journal: Change[] = [];
  journals.add(journal);
  try {
    return journal.reduce(after, await fetch());
  } finally {
    journals.delete(journal);
  }
}

export const healthQuery = queryOptions({ queryKey: ["health"], queryFn: ({ signal }) => getHealth(signal) });
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => getSession(signal),
});
export const containersQuery = queryOptions({
  queryKey: ["containers"],
  queryFn: ({ signal }) => withJournal(() => listContainers(signal), containersAfter),
});
export const containerQuery = (id: string) =>
  queryOptions({ queryKey: ["container", id], queryFn: ({ signal }) => getContainer(id, signal) });
export const imagesQuery = queryOptions({
  queryKey: ["images"],
  queryFn: ({ signal }) => listImages(signal),
});
export const operationsQuery = queryOptions({
  queryKey: ["operations"],
  queryFn: ({ signal }) => withJournal(() => listOperations(signal), operationsAfter),
});
/** Filled by the event stream alone; the agent replays the recent past on each connection. */
export const activityQuery = queryOptions<Activity[]>({
  queryKey: ["activity"],
  queryFn: () => queryClient.getQueryData<Activity[]>(["activity"]) ?? [],
});

/** Keys of lists whose pages, and with them their fetching, are in chunks of their own. */
export const NETWORKS = ["networks"];
export const VOLUMES = ["volumes"];
export const TIMELINE = ["timeline"];
/** The catalogue, its apps and where they come from. */
export const STORE = ["store"];
/** What is newer than what runs. */
export const UPDATES = ["updates"];
/** What is installed from stores. */
export const INSTALLS = ["installs"];

export const useContainers = () => useQuery(containersQuery);
export const useOperations = () => useQuery(operationsQuery).data ?? [];
export const useHealth = () => useQuery(healthQuery).data;
export const useEngine = () => useQuery(healthQuery).data?.engine;

function note(change: Change): void {
  for (const journal of journals) journal.push(change);
  queryClient.setQueryData(containersQuery.queryKey, (list) => list && containersAfter(list, change));
  queryClient.setQueryData(operationsQuery.queryKey, (list) => list && operationsAfter(list, change));
}

export function putContainer(value: Container): void {
  note({ kind: "container", value });
  queryClient.setQueryData<ContainerDetail>(
    containerQuery(value.id).queryKey,
    (old) => old && { ...old, ...value },
  );
  // The list's shape has no process id or health log, so an open page asks for those once more.
  void queryClient.invalidateQueries({ queryKey: containerQuery(value.id).queryKey });
}

export function dropContainer(id: string): void {
  note({ kind: "container-removed", id });
  // A page that still shows it asks again, and hears that it is gone.
  queryClient.removeQueries({ queryKey: containerQuery(id).queryKey });
}

export function putOperation(value: Operation): void {
  note({ kind: "operation", value });
}

export const ACTIVITY_KEPT = 300;

export const newestFirst = (a: Activity, b: Activity) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id);

/** Newest first. The replay after a reconnect repeats what is known; what comes again under its id is newer. */
export function addActivities(fresh: Activity[]): void {
  if (fresh.length === 0) return;
  queryClient.setQueryData(activityQuery.queryKey, (old = []) => {
    const all = new Map([...old, ...fresh].map((a) => [a.id, a]));
    return [...all.values()].sort(newestFirst).slice(0, ACTIVITY_KEPT);
  });
}

/** Fetches every list again, once those already on their way have landed. */
export async function refreshLists(): Promise<void> {
  const keys = [
    containersQuery.queryKey,
    operationsQuery.queryKey,
    imagesQuery.queryKey,
    NETWORKS,
    VOLUMES,
    TIMELINE,
    STORE,
    INSTALLS,
    UPDATES,
    healthQuery.queryKey,
  ];
  await Promise.all(
    keys.map(async (queryKey) => {
      // A list asked for before this moment may have missed a change; let it paint, then ask again.
      const query = queryClient.getQueryCache().find({ queryKey });
      if (query?.state.fetchStatus === "fetching") await query.promise?.catch(() => undefined);
      await queryClient.invalidateQueries({ queryKey });
    }),
  );
}
