import { createStore } from "./store";

/** The dialogs that belong to no page. One at a time; the palette gives way to what it opens. */
export type Overlay =
  | { kind: "palette" }
  | { kind: "help" }
  | { kind: "more" }
  | { kind: "rename"; id: string }
  | { kind: "remove"; ids: string[] }
  | { kind: "kill"; id: string }
  | { kind: "icon"; id: string };

export const overlay = createStore<Overlay | undefined>(undefined);
export const openOverlay = (next: Overlay) => overlay.set(next);
export const closeOverlay = () => overlay.set(undefined);

/** Where the one action menu hangs: on a control, or at the point of a right click. */
export type MenuTarget = { id: string; anchor: HTMLElement; at?: { x: number; y: number } };
export const menuTarget = createStore<MenuTarget | undefined>(undefined);
