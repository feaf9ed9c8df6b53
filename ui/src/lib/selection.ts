import { createStore } from "./store";

/** Ids of the selected containers. */
export const selection = createStore<ReadonlySet<string>>(new Set());

export function toggleSelected(id: string): void {
  selection.set((now) => {
    const next = new Set(now);
    if (!next.delete(id)) next.add(id);
    return next;
  });
}

export const clearSelection = () => selection.set(new Set());
export const selectAll = (ids: Iterable<string>) => selection.set(new Set(ids));
