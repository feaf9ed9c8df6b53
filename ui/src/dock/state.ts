import { sessionState } from "../api/session";
import { DOCK_KEY, type DockAsk, type DockContainer, type ShellChoice } from "../lib/dock";
import { recall, remember } from "../lib/local";
import { createStore } from "../lib/store";

export type DockTab =
  | { key: string; kind: "logs"; containers: DockContainer[] }
  | { key: string; kind: "terminal"; container: DockContainer; choice: ShellChoice };
export type DockMode = "open" | "small" | "full";
export type Dock = {
  tabs: readonly DockTab[];
  active: string | undefined;
  mode: DockMode;
  /** Goes up when the keyboard is to move into the active tab. */
  focus: number;
};

const empty: Dock = { tabs: [], active: undefined, mode: "open", focus: 0 };
const MOST_TABS = 16;

const isContainer = (x: unknown): x is DockContainer =>
  typeof x === "object" &&
  x !== null &&
  typeof (x as DockContainer).id === "string" &&
  typeof (x as DockContainer).name === "string";

/** What this browser tab had open before a reload. Terminals are gone with their connections; logs come back. */
export function restored(kept: Partial<Dock>): Dock {
  const tabs = (Array.isArray(kept.tabs) ? kept.tabs : []).filter(
    (t): t is DockTab =>
      t?.kind === "logs" &&
      typeof t.key === "string" &&
      t.containers?.length > 0 &&
      t.containers.every(isContainer),
  );
  if (tabs.length === 0) return empty;
  const active = tabs.find((t) => t.key === kept.active) ?? tabs[0];
  return { tabs, active: active?.key, mode: kept.mode === "small" ? "small" : "open", focus: 0 };
}

export const dock = createStore<Dock>(restored(recall<Partial<Dock>>(DOCK_KEY, {}, "tab")));
dock.subscribe(() => {
  const { tabs, active, mode } = dock.get();
  remember(DOCK_KEY, { tabs: tabs.filter((t) => t.kind === "logs"), active, mode }, "tab");
});
// Who signs out leaves nothing open.
sessionState.subscribe(() => {
  if (sessionState.get() === "none") clearDock();
});

let made = 0;
const newKey = () => `${Date.now().toString(36)}-${made++}`;

function show(d: Dock, tab: DockTab): Dock {
  const known = d.tabs.some((t) => t.key === tab.key);
  const tabs = known ? d.tabs : [...d.tabs, tab].slice(-MOST_TABS);
  return { tabs, active: tab.key, mode: d.mode === "small" ? "open" : d.mode, focus: d.focus + 1 };
}

/** Shows the log of a container, or of several side by side, in the tab that has it already or in a new one. */
export function openLogs(containers: readonly DockContainer[]): void {
  const same = (t: DockTab) =>
    t.kind === "logs" &&
    t.containers.length === containers.length &&
    t.containers.every((c) => containers.some((x) => x.id === c.id));
  const list = containers.map(({ id, name }) => ({ id, name }));
  dock.set((d) => show(d, d.tabs.find(same) ?? { key: newKey(), kind: "logs", containers: list }));
}

/** Shows the terminal there is in a container, or a new one; `another` always opens a new one. */
export function openTerminal({ id, name }: DockContainer, choice: ShellChoice = {}, another = false): void {
  const same = (t: DockTab) => t.kind === "terminal" && t.container.id === id;
  dock.set((d) => {
    const open = another ? undefined : d.tabs.find(same);
    return show(d, open ?? { key: newKey(), kind: "terminal", container: { id, name }, choice });
  });
}

export function take(ask: DockAsk): void {
  if (ask.kind === "logs") openLogs(ask.containers);
  else openTerminal(ask.container, ask.choice, ask.another);
}

export function setLogs(key: string, containers: readonly DockContainer[]): void {
  const list = containers.map(({ id, name }) => ({ id, name }));
  dock.set((d) => ({
    ...d,
    tabs: d.tabs.map((t) => (t.key === key && t.kind === "logs" ? { ...t, containers: list } : t)),
  }));
}

export function closeTab(key: string): void {
  dock.set((d) => {
    const at = d.tabs.findIndex((t) => t.key === key);
    if (at < 0) return d;
    const tabs = d.tabs.filter((t) => t.key !== key);
    if (tabs.length === 0) return { ...empty, focus: d.focus };
    return { ...d, tabs, active: d.active === key ? tabs[Math.min(at, tabs.length - 1)]?.key : d.active };
  });
}

export const activateTab = (key: string) =>
  dock.set((d) => ({ ...d, active: key, mode: d.mode === "small" ? "open" : d.mode, focus: d.focus + 1 }));
export const setDockMode = (mode: DockMode) => dock.set((d) => ({ ...d, mode }));
export const clearDock = () => dock.set(empty);

export const LEAST_HEIGHT = 140;
/** Something of the page stays to be seen. */
export const KEPT_OF_PAGE = 120;
export const dockHeight = createStore<number>(recall("dock-height", 340));

export function setDockHeight(height: number, keep: boolean): void {
  const most = Math.max(LEAST_HEIGHT, innerHeight - KEPT_OF_PAGE);
  const to = Math.round(Math.max(LEAST_HEIGHT, Math.min(most, height)));
  dockHeight.set(to);
  if (keep) remember("dock-height", to);
}
