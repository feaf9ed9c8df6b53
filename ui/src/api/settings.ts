import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { SettingsRequest } from "./types";

/** The account, its sessions, the settings of the server, and what the program is made of. */

export const changePassword = (current: string, password: string) =>
  unwrap(api.POST("/api/account/password", { body: { current, password } }));

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/sessions", { signal })),
  staleTime: 0,
});
export const endSession = (id: string) =>
  unwrap(api.DELETE("/api/sessions/{id}", { params: { path: { id } } }));

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/settings", { signal })),
});
export const saveSettings = (body: SettingsRequest) => unwrap(api.PUT("/api/settings", { body }));

export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/about", { signal })),
});
