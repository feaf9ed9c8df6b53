import { api, unwrap } from "./client";
import { orLook } from "./lost-answer";
import { keepBrowser, knownBrowser } from "./session";
import type { Container, Operation } from "./types";

/**
 * One function per route that every page uses; the others are beside the queries of their pages. Ids are full
 * container ids unless a name is said.
 */

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
export const listImages = (signal?: AbortSignal) => unwrap(api.GET("/api/images", { signal }));

export const listOperations = async (signal?: AbortSignal) =>
  (await unwrap(api.GET("/api/operations", { signal }))) as Operation[];
export const cancelOperation = (id: string) => unwrap(api.POST("/api/operations/{id}/cancel", at(id)));
