import type { Container, EngineStatus } from "../api/types";
import type { IconName } from "../components/icon";
import { type Action, can } from "./actions";
import { shortImage } from "./format";
import { statusOf } from "./status";
import type { ThemeChoice } from "./theme";

export type PaletteItem = {
  key: string;
  group: "Containers" | "Go to" | "Appearance";
  label: string;
  note?: string;
  icon: IconName;
  container?: Container;
  action?: Action;
  page?: "/" | "/images" | "/events" | "/new";
  theme?: ThemeChoice;
};

const verbs: { action: Action; label: (name: string) => string; icon: IconName; words: string }[] = [
  { action: "open", label: (n) => `Open web UI of ${n}`, icon: "open", words: "open web ui" },
  { action: "restart", label: (n) => `Restart ${n}`, icon: "restart", words: "restart" },
  { action: "start", label: (n) => `Start ${n}`, icon: "play", words: "start" },
  { action: "stop", label: (n) => `Stop ${n}`, icon: "stop", words: "stop" },
  { action: "logs", label: (n) => `Logs of ${n}`, icon: "log", words: "logs" },
  { action: "terminal", label: (n) => `Terminal in ${n}`, icon: "terminal", words: "terminal shell" },
  { action: "edit", label: (n) => `Edit settings of ${n}`, icon: "sliders", words: "edit settings" },
  { action: "icon", label: (n) => `Icon of ${n}`, icon: "picture", words: "icon picture" },
  { action: "rename", label: (n) => `Rename ${n}`, icon: "pen", words: "rename" },
  { action: "remove", label: (n) => `Remove ${n}`, icon: "trash", words: "remove delete" },
];

const places: PaletteItem[] = [
  { key: "p:/new", group: "Go to", label: "New container", icon: "plus", page: "/new" },
  { key: "p:/", group: "Go to", label: "Dashboard", icon: "grid", page: "/" },
  {
    key: "p:/events",
    group: "Go to",
    label: "Events",
    note: "Timeline and audit",
    icon: "clock",
    page: "/events",
  },
  {
    key: "p:/images",
    group: "Go to",
    label: "Images",
    note: "List and pull",
    icon: "layers",
    page: "/images",
  },
];
const looks: PaletteItem[] = [
  { key: "t:dark", group: "Appearance", label: "Night theme", icon: "moon", theme: "dark" },
  { key: "t:light", group: "Appearance", label: "Day theme", icon: "sun", theme: "light" },
  { key: "t:system", group: "Appearance", label: "Theme of the system", icon: "screen", theme: "system" },
];

const LIMIT = 24;

/** Lower is better; undefined is no match. A name that starts with the word comes before one that holds it. */
function score(hay: string, words: string[]): number | undefined {
  let total = 0;
  for (const word of words) {
    const i = hay.indexOf(word);
    if (i < 0) return undefined;
    total += i === 0 ? 0 : /[^a-z0-9]/.test(hay[i - 1] ?? "") ? 1 : 2;
  }
  return total;
}

/** What the palette shows for a query; with several words, verbs count too ("restart son"). */
export function paletteItems(
  query: string,
  containers: Container[],
  engine: EngineStatus | undefined,
  now: number,
): PaletteItem[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: { item: PaletteItem; score: number }[] = [];
  for (const c of containers) {
    const name = c.name.toLowerCase();
    const s = score(`${name} ${shortImage(c.image).toLowerCase()} ${c.project ?? ""}`, words);
    if (s === undefined) continue;
    found.push({
      score: s,
      item: {
        key: c.id,
        group: "Containers",
        label: c.name,
        note: statusOf(c, now).word,
        icon: "box",
        container: c,
      },
    });
  }
  found.sort((a, b) => a.score - b.score || a.item.label.localeCompare(b.item.label));
  const result = found.slice(0, words.length === 0 ? 6 : 8).map((f) => f.item);

  if (words.length > 0) {
    const verbHits: { item: PaletteItem; score: number }[] = [];
    for (const c of containers) {
      for (const verb of verbs) {
        const s = score(`${c.name.toLowerCase()} ${verb.words}`, words);
        if (s === undefined || !can(verb.action, c, engine).ok) continue;
        // The bare name lists its container first; verbs follow only for the best few.
        const item: PaletteItem = {
          key: `${verb.action}:${c.id}`,
          group: "Containers",
          label: verb.label(c.name),
          icon: verb.icon,
          container: c,
          action: verb.action,
        };
        verbHits.push({ item, score: s });
      }
    }
    verbHits.sort((a, b) => a.score - b.score);
    result.push(...verbHits.slice(0, result.length === 0 ? 10 : 6).map((v) => v.item));
  }
  const fits = (i: PaletteItem) => score(`${i.label} ${i.note ?? ""}`.toLowerCase(), words) !== undefined;
  result.push(...places.filter(fits), ...(words.length > 0 ? looks.filter(fits) : []));
  return result.slice(0, LIMIT);
}
