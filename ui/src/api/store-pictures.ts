import { createStore, useSelected } from "../lib/store";
import { send } from "./client";

/** Pictures of apps by their address. They are behind the proof, which an `img` cannot send, so they become blobs. */
const pictures = createStore<ReadonlyMap<string, string>>(new Map());
const asked = new Set<string>();
/** Whoever scrolls through ten thousand apps keeps the last of their pictures only. */
const KEPT = 400;

const OURS = "/api/store/icons/";

export function fetchStorePicture(address: string): void {
  if (asked.has(address) || !address.startsWith(OURS)) return;
  asked.add(address);
  send(address, {})
    .then((response) => response.blob())
    .then((blob) => {
      const next = new Map(pictures.get()).set(address, URL.createObjectURL(blob));
      for (const [old, url] of next) {
        if (next.size <= KEPT) break;
        // An image that is on show has been decoded and stays; one that comes back is fetched again.
        URL.revokeObjectURL(url);
        next.delete(old);
        asked.delete(old);
      }
      pictures.set(next);
    })
    .catch(() => {
      // Its flag stays on show, and the next one that wants the picture asks again.
      asked.delete(address);
    });
}

export const useStorePicture = (address: string | undefined) =>
  useSelected(pictures, (all) => (address === undefined ? undefined : all.get(address)));
