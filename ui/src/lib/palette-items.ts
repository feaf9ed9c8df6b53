import type { AppCard } from "../api/store";
import type { Container, EngineStatus, Image, Network, Volume } from "../api/types";
import type { IconName } from "../components/icon";
import { type Action, can } from "./actions";
import { plural, shortImage } from "./format";
import { score, wordsOf } from "./fuzzy";
import { type Does, fixedItems } from "./palette-places";
import { isUnnamed } from "./prune";
import { statusOf } from "./status";

export type Group =
  | "Recent"
  | "Containers"
  | "Images"
  | "Volumes"
  | "Networks"
  | "Store"
  | "Go to"
  | "Appearance";

export type PaletteItem = {
  /** Stays the same while the thing has its name: what was used lately is remembered by it. */
  key: string;
  group: Group;
  label: string;
  note?: string;
  /** Found by these too. */
  words?: string;
  icon: IconName;
  /** Why it cannot be done now. */
  off?: string;
  does: Does;
};

/** All that the palette finds things in. */
export type World = {
  containers: readonly Container[];
  images: readonly Image[];
  volumes: readonly Volume[];
  networks: readonly Network[];
  /** What the store found for these words; it has done the search already. */
  apps: readonly AppCard[];
  /** Ids of the containers whose update is ready. */
  updatable: ReadonlySet<string>;
  engine: EngineStatus | undefined;
  now: number;
};

const verbs: { action: Action; label: (name: string) => string; icon: IconName; words: string }[] = [
  { action: "open", label: (n) => `Open web UI of ${n}`, icon: "open", words: "open web ui" },
  { action: "restart", label: (n) => `Restart ${n}`, icon: "restart", words: "restart" },
  { action: "start", label: (n) => `Start ${n}`, icon: "play", words: "start" },
  { action: "stop", label: (n) => `Stop ${n}`, icon: "stop", words: "stop" },
  { action: "logs", label: (n) => `Logs of ${n}`, icon: "log", words: "logs" },
  { action: "terminal", label: (n) => `Terminal in ${n}`, icon: "terminal", words: "terminal shell" },
  { action: "edit", label: (n) => `Edit settings of ${n}`, icon: "sliders", words: "edit settings" },
  { action: "update", label: (n) => `Review the update of ${n}`, icon: "upload", words: "update upgrade" },
  { action: "icon", label: (n) => `Icon of ${n}`, icon: "picture", words: "icon picture" },
  { action: "pause", label: (n) => `Pause ${n}`, icon: "pause", words: "pause" },
  { action: "unpause", label: (n) => `Resume ${n}`, icon: "play", words: "resume unpause" },
  { action: "rename", label: (n) => `Rename ${n}`, icon: "pen", words: "rename" },
  { action: "remove", label: (n) => `Remove ${n}`, icon: "trash", words: "remove delete" },
];

function containerItems(w: World): PaletteItem[] {
  const byName = [...w.containers].sort((a, b) => a.name.localeCompare(b.name));
  return byName.map((c) => ({
    key: `c:${c.name}`,
    group: "Containers",
    label: c.name,
    note: statusOf(c, w.now).word,
    words: `${shortImage(c.image)} ${c.project ?? ""}`,
    icon: "box",
    does: { kind: "container", container: c },
  }));
}

/** What can be done with containers. What cannot be done now is listed only when it was asked for by its word. */
function verbItems(w: World, words: readonly string[]): PaletteItem[] {
  const named = (verb: string) =>
    words.some((word) => verb.split(" ").some((v) => word.length > 1 && v.startsWith(word)));
  return verbs.flatMap((verb) =>
    w.containers.flatMap((c): PaletteItem[] => {
      if (verb.action === "update" && !w.updatable.has(c.id)) return [];
      const verdict = can(verb.action, c, w.engine);
      if (!verdict.ok && !named(verb.words)) return [];
      return [
        {
          key: `${verb.action}:${c.name}`,
          group: "Containers",
          label: verb.label(c.name),
          note: verdict.ok ? undefined : verdict.reason,
          words: verb.words,
          icon: verb.icon,
          off: verdict.ok ? undefined : verdict.reason,
          does: { kind: "action", container: c, action: verb.action },
        },
      ];
    }),
  );
}

const usedBy = (n: number) => (n === 0 ? "unused" : `used by ${plural(n, "container")}`);

function thingItems(w: World): PaletteItem[] {
  return [
    ...w.images.flatMap((i) =>
      i.references.map(
        (r): PaletteItem => ({
          key: `i:${r}`,
          group: "Images",
          label: shortImage(r),
          note: usedBy(i.containers.length),
          icon: "layers",
          does: { kind: "go", to: "/images", q: shortImage(r) },
        }),
      ),
    ),
    ...w.volumes
      .filter((v) => !isUnnamed(v.name))
      .map(
        (v): PaletteItem => ({
          key: `v:${v.name}`,
          group: "Volumes",
          label: v.name,
          note: usedBy(v.usedBy.length),
          icon: "disk",
          does: { kind: "go", to: "/volumes", q: v.name },
        }),
      ),
    ...w.networks.map(
      (n): PaletteItem => ({
        key: `n:${n.name}`,
        group: "Networks",
        label: n.name,
        note: n.builtIn ? "came with Docker" : usedBy(n.containers.length),
        icon: "net",
        does: { kind: "go", to: "/networks", q: n.name },
      }),
    ),
  ];
}

const appItems = (w: World): PaletteItem[] =>
  w.apps.map((a) => ({
    key: `a:${a.store}/${a.slug}`,
    group: "Store",
    label: a.name,
    note: a.installed > 0 ? "installed" : a.categories.slice(0, 2).join(", "),
    words: `${a.slug} ${a.description} ${a.categories.join(" ")} install`,
    icon: "store",
    does: { kind: "app", store: a.store, slug: a.slug },
  }));

const groups: readonly Group[] = [
  "Recent",
  "Containers",
  "Images",
  "Volumes",
  "Networks",
  "Store",
  "Go to",
  "Appearance",
];
const mostOf: Record<Group, number> = {
  Recent: 5,
  // A container and all that can be done with it while it runs.
  Containers: 11,
  Images: 4,
  Volumes: 4,
  Networks: 4,
  Store: 4,
  "Go to": 8,
  Appearance: 3,
};
/** What was used lately comes first among its equals. */
const RECENT_BONUS = 0.5;

/** Without a query: what was used lately, some containers, and the pages. */
function atFirst(w: World, recent: readonly string[]): PaletteItem[] {
  const places = fixedItems();
  const all = [...containerItems(w), ...verbItems(w, []), ...thingItems(w), ...places];
  const lately = recent
    .flatMap((key) => all.find((i) => i.key === key) ?? [])
    .slice(0, mostOf.Recent)
    .map((i): PaletteItem => ({ ...i, group: "Recent" }));
  const shown = new Set(lately.map((i) => i.key));
  return [
    ...lately,
    ...containerItems(w)
      .filter((i) => !shown.has(i.key))
      .slice(0, 6),
    ...places.filter((i) => i.group === "Go to" && i.first && !shown.has(i.key)),
  ];
}

/** What the palette shows for a query; verbs count as words too ("restart son"). The best group comes first. */
export function paletteItems(query: string, w: World, recent: readonly string[]): PaletteItem[] {
  const words = wordsOf(query);
  if (words.length === 0) return atFirst(w, recent);
  const lately = new Set(recent);
  const hits = new Map<Group, { item: PaletteItem; score: number }[]>();
  const add = (items: readonly PaletteItem[], name: (i: PaletteItem) => string, handicap = 0) => {
    for (const item of items) {
      const s = score(
        words,
        name(item).toLowerCase(),
        `${item.words ?? ""} ${item.note ?? ""}`.toLowerCase(),
      );
      if (s === undefined) continue;
      const list = hits.get(item.group) ?? [];
      list.push({ item, score: s + handicap - (lately.has(item.key) ? RECENT_BONUS : 0) });
      hits.set(item.group, list);
    }
  };
  add(containerItems(w), (i) => i.label);
  // The bare name lists its container first; what can be done with it follows.
  add(verbItems(w, words), (i) => (i.does.kind === "action" ? i.does.container.name : i.label), 0.25);
  add(thingItems(w), (i) => i.label);
  add(appItems(w), (i) => i.label);
  add(fixedItems(), (i) => i.label);
  const best = (g: Group) => Math.min(...(hits.get(g) ?? []).map((h) => Math.floor(h.score)));
  return groups
    .filter((g) => hits.has(g))
    .sort((a, b) => best(a) - best(b))
    .flatMap((g) =>
      (hits.get(g) ?? [])
        // Equals stay in the order of their table: Restart before Remove.
        .sort((a, b) => a.score - b.score)
        .slice(0, mostOf[g])
        .map((h) => h.item),
    );
}
