import { createStore } from "./store";

export type Toast = { id: number; kind: "good" | "bad"; title: string; detail?: string };

export const toasts = createStore<Toast[]>([]);
let last = 0;

export function dismissToast(id: number): void {
  toasts.set((list) => list.filter((t) => t.id !== id));
}

/** Good news leaves by itself; bad news waits to be read. At most four are kept. */
export function addToast(toast: Omit<Toast, "id">): void {
  const id = ++last;
  toasts.set((list) => [...list, { ...toast, id }].slice(-4));
  if (toast.kind === "good") setTimeout(() => dismissToast(id), 6000);
}
