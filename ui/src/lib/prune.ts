import type { PruneItem, PruneKind } from "../api/types";
import { disk, plural } from "./format";

const one: Record<PruneKind, string> = { images: "image", volumes: "volume", networks: "network" };

export const countOf = (kind: PruneKind, n: number) => plural(n, one[kind]);

/** All of it is chosen when the list is first shown, except volumes with a name: somebody meant to keep those. */
export function chosenAtFirst(kind: PruneKind, items: readonly PruneItem[]): Set<string> {
  return new Set(items.filter((i) => kind !== "volumes" || isUnnamed(i.id)).map((i) => i.id));
}

/** The engine names what nobody names by 64 digits. */
export const isUnnamed = (name: string) => /^[0-9a-f]{64}$/.test(name);

/** Bytes that the chosen ones free, as far as their sizes are known. */
export const freed = (items: readonly PruneItem[], chosen: ReadonlySet<string>) =>
  items.reduce((sum, i) => sum + (chosen.has(i.id) ? (i.sizeBytes ?? 0) : 0), 0);

/** "Remove 3 images, free 1.2 GB" */
export function pruneButton(
  kind: PruneKind,
  items: readonly PruneItem[],
  chosen: ReadonlySet<string>,
): string {
  if (chosen.size === 0) return "Nothing chosen";
  const bytes = freed(items, chosen);
  return `Remove ${countOf(kind, chosen.size)}${bytes > 0 ? `, free ${disk(bytes)}` : ""}`;
}
