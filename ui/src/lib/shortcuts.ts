import { type OnKey, useKeys } from "./keys";

/**
 * Every key there is. Handlers ask this table for their keys and the help sheet prints it, so that what is listed
 * works and what works is listed.
 */
export type Area = "anywhere" | "container" | "logs" | "terminal";

type Entry = {
  /** As `useKeys` has it: one key, or two pressed one after the other. Several do the same. */
  keys: readonly string[];
  /** Words of the help sheet. */
  does: string;
  /** Works in fields too, and when single keys are turned off. */
  always?: true;
};

const anywhere = {
  palette: { keys: ["Ctrl+K"], does: "Search containers, pages and actions", always: true },
  filter: { keys: ["/"], does: "Filter" },
  new: { keys: ["n"], does: "New container" },
  dashboard: { keys: ["g d"], does: "Dashboard" },
  store: { keys: ["g s"], does: "Store" },
  updates: { keys: ["g u"], does: "Updates" },
  events: { keys: ["g e"], does: "Events" },
  images: { keys: ["g i"], does: "Images" },
  volumes: { keys: ["g v"], does: "Volumes" },
  networks: { keys: ["g w"], does: "Networks" },
  settings: { keys: ["g ,"], does: "Settings" },
  help: { keys: ["?"], does: "This list" },
  close: { keys: ["Esc"], does: "Close what is on top", always: true },
} as const satisfies Record<string, Entry>;

const container = {
  move: { keys: ["ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"], does: "Move between containers" },
  details: { keys: ["Enter"], does: "Details" },
  select: { keys: [" "], does: "Select" },
  open: { keys: ["o"], does: "Open web UI" },
  logs: { keys: ["l"], does: "Logs" },
  terminal: { keys: ["t"], does: "Terminal" },
  restart: { keys: ["r"], does: "Restart" },
  toggle: { keys: ["s"], does: "Stop or start" },
  edit: { keys: ["e"], does: "Edit settings" },
  update: { keys: ["u"], does: "Review its update" },
  menu: { keys: ["m"], does: "All actions" },
} as const satisfies Record<string, Entry>;

const logs = {
  follow: { keys: ["f"], does: "Follow" },
  wrap: { keys: ["w"], does: "Wrap long lines" },
  next: { keys: ["n"], does: "Next hit" },
  previous: { keys: ["N"], does: "Hit before" },
  first: { keys: ["Home"], does: "First line" },
  last: { keys: ["End"], does: "Last line" },
  json: { keys: ["e"], does: "Lay out a JSON line" },
  search: { keys: ["/"], does: "Search" },
} as const satisfies Record<string, Entry>;

const terminal = {
  copy: { keys: ["Ctrl+C"], does: "Copy a selection, or interrupt", always: true },
  paste: { keys: ["Ctrl+V"], does: "Paste", always: true },
  again: { keys: ["Enter"], does: "A new shell when one has ended", always: true },
} as const satisfies Record<string, Entry>;

export const shortcuts = { anywhere, container, logs, terminal } as const;

export type Command<A extends Area> = keyof (typeof shortcuts)[A];

const entriesOf = (area: Area) => Object.entries<Entry>(shortcuts[area]);

/** The command of an area that a single key asks for. */
export function commandOf<A extends Area>(area: A, key: string): Command<A> | undefined {
  return entriesOf(area).find(([, entry]) => entry.keys.includes(key))?.[0] as Command<A> | undefined;
}

/** Listens for the keys of some commands. Those with a handler of their own elsewhere are left out. */
export function useShortcuts<A extends Area>(area: A, handlers: Partial<Record<Command<A>, OnKey>>): void {
  const bindings: Record<string, OnKey> = {};
  for (const [command, entry] of entriesOf(area)) {
    const run = handlers[command as Command<A>];
    if (run) for (const key of entry.keys) bindings[key] = run;
  }
  useKeys(bindings);
}

const caps: Record<string, string> = {
  ArrowLeft: "←",
  ArrowUp: "↑",
  ArrowRight: "→",
  ArrowDown: "↓",
  " ": "Space",
};

/** The keys of an entry as they are printed on the keyboard: `g d` is two, `Ctrl+K` too. */
export const keyCaps = (entry: Entry): string[] =>
  entry.keys.flatMap((k) => (caps[k] ? [caps[k]] : k.split(/[ +]/)));

/** What the help sheet shows. */
export const sheet: readonly { title: string; entries: readonly Entry[] }[] = [
  { title: "Anywhere", entries: Object.values(anywhere) },
  { title: "On a container", entries: Object.values(container) },
  { title: "In logs", entries: Object.values(logs) },
  { title: "In a terminal", entries: Object.values(terminal) },
];
