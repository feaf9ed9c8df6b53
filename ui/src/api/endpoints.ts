import { api, unwrap } from "./client";
import { ApiError } from "./errors";
import { orLook } from "./lost-answer";
import { keepBrowser, knownBrowser } from "./session";
import type { Container, Created, CreateRequest, DryRun, Operation } from "./types";

/** One function per route the UI uses. Ids are full container ids unless a name is said. */

/** The clock of the browser and that of the server may differ a little. */
const CLOCK_SLACK_MS = 30_000;

const at = (id: string) => ({ params: { path: { id } } });

async function signedIn<T extends { browser: string }>(call: Promise<{ data?: T }>): Promise<T> {
  const answer = await unwrap(call);
  keepBrowser(answer.browser);
  return answer;
}
export const setup = (code: string, password: string) =>
  signedIn(api.POST("/api/setup", { body: { code, password } }));
export const login = (password: string) =>
  signedIn(api.POST("/api/login", { body: { password }, headers: knownBrowser() }));
export const logout = (everywhere: boolean) => unwrap(api.POST("/api/logout", { body: { everywhere } }));
export const getSession = (signal?: AbortSignal) => unwrap(api.GET("/api/session", { signal }));
export const getHealth = (signal?: AbortSignal) => unwrap(api.GET("/api/health", { signal }));

export const listContainers = (signal?: AbortSignal) =>
  unwrap(api.GET("/api/containers", { params: { query: { all: true } }, signal }));
export const getContainer = (id: string, signal?: AbortSignal) =>
  unwrap(api.GET("/api/containers/{id}", { ...at(id), signal }));
/** One route with two answers: what was begun, or with `dryRun` what would be. */
/** `expected` is the name it will have; with it an answer that got lost can be found again. */
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

export type LifecycleVerb = "start" | "stop" | "restart" | "pause" | "unpause" | "kill";

/** Whether a container looks as if `verb` has been done to it since it was `before`. */
export function isDone(verb: LifecycleVerb, before: Container, now: Container): boolean {
  switch (verb) {
    case "restart":
      return now.state === "running" && now.startedAt !== before.startedAt;
    case "start":
    case "unpause":
      return now.state === "running";
    case "pause":
      return now.state === "paused";
    case "stop":
    case "kill":
      return now.state === "exited" || now.state === "dead";
  }
}

export const lifecycle = (container: Container, verb: LifecycleVerb): Promise<Container> =>
  orLook<Container>(unwrap(api.POST(`/api/containers/{id}/${verb}`, at(container.id))), async () => {
    const now = await getContainer(container.id);
    return isDone(verb, container, now) ? now : undefined;
  });
export const renameContainer = (id: string, name: string) =>
  unwrap(api.POST("/api/containers/{id}/rename", { ...at(id), body: { name } }));
export const removeContainer = (id: string, query: { force: boolean; volumes: boolean }): Promise<boolean> =>
  orLook(
    unwrap(api.DELETE("/api/containers/{id}", { params: { path: { id }, query } })).then(() => true),
    () =>
      getContainer(id).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return true;
          throw error;
        },
      ),
  );
export type ExecAsked = { cols: number; rows: number; user?: string; cmd?: string[] };
export const openExec = (id: string, asked: ExecAsked) =>
  unwrap(api.POST("/api/containers/{id}/exec", { ...at(id), body: { tty: true, ...asked } }));

export const listImages = (signal?: AbortSignal) => unwrap(api.GET("/api/images", { signal }));
export const pullImage = (image: string) => unwrap(api.POST("/api/images/pull", { body: { image } }));
/** `name` is a reference, which may hold slashes, or an id. */
export const removeImage = (name: string, force: boolean) =>
  unwrap(api.DELETE("/api/images/{name}", { params: { path: { name }, query: { force } } }));

export const listOperations = async (signal?: AbortSignal) =>
  (await unwrap(api.GET("/api/operations", { signal }))) as Operation[];
export const cancelOperation = (id: string) => unwrap(api.POST("/api/operations/{id}/cancel", at(id)));

export const AUDIT_PAGE = 100;
export const listAudit = (before?: number, signal?: AbortSignal) =>
  unwrap(api.GET("/api/audit", { params: { query: { limit: AUDIT_PAGE, before } }, signal }));
