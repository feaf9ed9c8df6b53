import { queryOptions } from "@tanstack/react-query";
import { createStore, useSelected } from "../lib/store";
import { api, send, unwrap } from "./client";

/** Icons people gave their containers. The rest of the page knows them as `builtin:word` or `stored:hex`. */
export type IconChoice = { builtin: string } | { stored: string } | Blob;

export const iconsQuery = queryOptions({
  queryKey: ["icons"],
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/icons", { signal }))).stored,
  staleTime: 0,
});

/** Gives a container its icon and answers with what it is called from now on. */
export async function putIcon(id: string, choice: IconChoice): Promise<string> {
  const picture = choice instanceof Blob;
  const response = await send(`/api/containers/${encodeURIComponent(id)}/icon`, {
    method: "PUT",
    headers: { "Content-Type": picture ? choice.type : "application/json" },
    body: picture ? choice : JSON.stringify(choice),
  });
  return ((await response.json()) as { customIcon: string }).customIcon;
}

export const dropIcon = (id: string) =>
  unwrap(api.DELETE("/api/containers/{id}/icon", { params: { path: { id } } }));

/** Addresses of fetched pictures by their id. A picture never changes, so an address is good until the page goes. */
const pictures = createStore<Readonly<Record<string, string>>>({});
const asked = new Set<string>();

/** Pictures are behind the proof, which an `img` cannot send, so they are fetched and shown as blobs. */
export function fetchPicture(id: string): void {
  if (asked.has(id) || !/^[0-9a-f]{64}$/.test(id)) return;
  asked.add(id);
  send(`/api/icons/${id}`, {})
    .then((response) => response.blob())
    .then((blob) => pictures.set((all) => ({ ...all, [id]: URL.createObjectURL(blob) })))
    .catch(() => {
      // Its flag stays on show, and the next one that wants the picture asks again.
      asked.delete(id);
    });
}

export const usePicture = (id: string | undefined) =>
  useSelected(pictures, (all) => (id === undefined ? undefined : all[id]));
