import type { Container } from "../api/types";
import type { Action } from "./actions";
import type { PaletteItem } from "./palette-items";
import { type Place, places } from "./places";
import { type Section, sections } from "./sections";
import type { ThemeChoice } from "./theme";

/** What choosing an entry of the palette does. */
export type Does =
  | { kind: "container"; container: Container }
  | { kind: "action"; container: Container; action: Action }
  | { kind: "go"; to: Place["to"] | "/new"; q?: string; open?: "new" | "prune"; pull?: "new"; tab?: "audit" }
  | { kind: "section"; section: Section }
  | { kind: "app"; store: string; slug: string }
  | { kind: "theme"; theme: ThemeChoice }
  | { kind: "help" };

type Fixed = PaletteItem & {
  /** Also on show before anything is typed. */
  first?: true;
};

const notes: Record<Place["to"], string> = {
  "/": "All containers",
  "/store": "Find and install apps",
  "/updates": "What is newer, and what it changes",
  "/events": "Timeline and audit",
  "/images": "List and pull",
  "/volumes": "Data of containers",
  "/networks": "Who reaches whom",
  "/settings": "Account, appearance, stores",
};

const pages: Fixed[] = [
  {
    key: "p:/new",
    group: "Go to",
    label: "New container",
    icon: "plus",
    does: { kind: "go", to: "/new" },
    first: true,
  },
  ...places.map(
    (p): Fixed => ({
      key: `p:${p.to}`,
      group: "Go to",
      label: p.label,
      note: notes[p.to],
      icon: p.icon,
      does: { kind: "go", to: p.to },
      first: true,
    }),
  ),
];

const work: Fixed[] = [
  {
    key: "w:audit",
    group: "Go to",
    label: "Audit log",
    note: "Who changed what",
    icon: "shield",
    does: { kind: "go", to: "/events", tab: "audit" },
  },
  {
    key: "w:pull",
    group: "Go to",
    label: "Pull image",
    icon: "download",
    does: { kind: "go", to: "/images", pull: "new" },
  },
  {
    key: "w:new-volume",
    group: "Go to",
    label: "New volume",
    icon: "plus",
    does: { kind: "go", to: "/volumes", open: "new" },
  },
  {
    key: "w:new-network",
    group: "Go to",
    label: "New network",
    icon: "plus",
    does: { kind: "go", to: "/networks", open: "new" },
  },
  ...(["images", "volumes", "networks"] as const).map(
    (kind): Fixed => ({
      key: `w:prune-${kind}`,
      group: "Go to",
      label: `Clear out ${kind}`,
      words: "prune unused",
      icon: "trash",
      does: { kind: "go", to: `/${kind}`, open: "prune" },
    }),
  ),
  {
    key: "w:keys",
    group: "Go to",
    label: "Keyboard shortcuts",
    words: "keys help",
    icon: "keys",
    does: { kind: "help" },
  },
];

const settings = sections.map(
  (s): Fixed => ({
    key: `s:${s.name}`,
    group: "Go to",
    label: s.label,
    note: s.note,
    words: "settings",
    icon: s.icon,
    does: { kind: "section", section: s.name },
  }),
);

const looks: Fixed[] = [
  {
    key: "t:dark",
    group: "Appearance",
    label: "Night theme",
    words: "dark",
    icon: "moon",
    does: { kind: "theme", theme: "dark" },
  },
  {
    key: "t:light",
    group: "Appearance",
    label: "Day theme",
    words: "light",
    icon: "sun",
    does: { kind: "theme", theme: "light" },
  },
  {
    key: "t:system",
    group: "Appearance",
    label: "Theme of the system",
    icon: "screen",
    does: { kind: "theme", theme: "system" },
  },
];

const all: readonly Fixed[] = [...pages, ...work, ...settings, ...looks];

/** The entries that are there whatever the server runs. */
export const fixedItems = (): readonly Fixed[] => all;
