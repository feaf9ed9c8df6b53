import { createStore } from "./store";

/** A container as a tab remembers it: by id, and by name when it was made anew. */
export type DockContainer = { id: string; name: string };
export type ShellChoice = { user?: string; shell?: string };
export type DockAsk =
  | { kind: "logs"; containers: readonly DockContainer[] }
  /** `another` always opens a new one, also where one is open. */
  | { kind: "terminal"; container: DockContainer; choice?: ShellChoice; another?: boolean };

/** What the dock is to show. It takes this up itself, as soon as its chunk is there. */
export const dockAsks = createStore<readonly DockAsk[]>([]);
export const askDock = (ask: DockAsk) => dockAsks.set((asks) => [...asks, ask]);

export const DOCK_KEY = "dock";

/** True while the dock covers the whole page, which then takes no part. */
export const dockCovers = createStore(false);
