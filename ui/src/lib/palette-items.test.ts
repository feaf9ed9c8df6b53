import { describe, expect, it } from "vitest";
import { container, NOW } from "../../test/container";
import type { AppCard } from "../api/store";
import type { Image, Network, Volume } from "../api/types";
import { paletteItems, type World } from "./palette-items";

const world: World = {
  containers: [
    container({ id: "1", name: "sonarr", project: "media" }),
    container({ id: "2", name: "jellyfin", state: "exited", exitCode: 0 }),
    container({ id: "3", name: "postgres" }),
  ],
  images: [{ id: "sha256:1", references: ["docker.io/library/nginx:1.29"], containers: ["web"] } as Image],
  volumes: [
    { name: "photos", usedBy: [] as Volume["usedBy"] } as Volume,
    { name: "a".repeat(64), usedBy: [] as Volume["usedBy"] } as Volume,
  ],
  networks: [{ name: "media", builtIn: false, containers: [] as Network["containers"] } as Network],
  apps: [
    {
      store: "s1",
      slug: "immich",
      name: "Immich",
      description: "Photo library",
      categories: ["photos"],
      installed: 0,
    } as unknown as AppCard,
  ],
  updatable: new Set(["1"]),
  engine: { connected: true, since: "" },
  now: NOW,
};
const find = (query: string, recent: string[] = []) => paletteItems(query, world, recent);
const labels = (query: string, recent: string[] = []) => find(query, recent).map((i) => i.label);

describe("before anything is typed", () => {
  it("shows containers and pages", () => {
    expect(labels("").slice(0, 4)).toEqual(["jellyfin", "postgres", "sonarr", "New container"]);
    expect(labels("")).toContain("Settings");
    expect(labels("")).not.toContain("Night theme");
  });
  it("shows what was used lately first, each thing once, and forgets what is gone", () => {
    const items = find("", ["restart:sonarr", "c:gone", "p:/images"]);
    expect(items.slice(0, 2).map((i) => [i.group, i.label])).toEqual([
      ["Recent", "Restart sonarr"],
      ["Recent", "Images"],
    ]);
    expect(items.filter((i) => i.label === "Images")).toHaveLength(1);
  });
});

it("lists the container before what can be done with it", () => {
  expect(labels("sona")).toEqual([
    "sonarr",
    "Restart sonarr",
    "Stop sonarr",
    "Logs of sonarr",
    "Terminal in sonarr",
    "Edit settings of sonarr",
    "Review the update of sonarr",
    "Icon of sonarr",
    "Pause sonarr",
    "Rename sonarr",
    "Remove sonarr",
  ]);
});

it("gives the reason for what cannot be done, when it was asked for by its word", () => {
  expect(labels("jelly")).not.toContain("Stop jellyfin");
  const [stop] = find("stop jelly");
  expect(stop).toMatchObject({ label: "Stop jellyfin", off: "It is stopped already" });
  expect(find("restart sona")[0]).toMatchObject({ label: "Restart sonarr", off: undefined });
});

it("finds images, named volumes, networks, pages and sections", () => {
  const first = (q: string) => find(q)[0];
  expect(first("nginx")).toMatchObject({ group: "Images", label: "nginx:1.29" });
  expect(first("photos")).toMatchObject({ group: "Volumes", note: "unused" });
  expect(find("aaaaaaaa")).toEqual([]);
  expect(find("media").map((i) => i.group)).toContain("Networks");
  expect(first("password")).toMatchObject({ does: { kind: "section", section: "account" } });
  expect(first("prune vol")).toMatchObject({ does: { kind: "go", to: "/volumes", open: "prune" } });
  expect(first("dark")).toMatchObject({ does: { kind: "theme", theme: "dark" } });
});

it("puts the best group first, and the recent one first among equals", () => {
  expect(find("set")[0]).toMatchObject({ label: "Settings" });
  expect(find("new", ["w:new-volume"])[0]).toMatchObject({ label: "New volume" });
});

it("finds apps of the store by what the store found them by", () => {
  const labels = (q: string) =>
    paletteItems(q, world, [])
      .filter((i) => i.group === "Store")
      .map((i) => i.label);
  expect(labels("immich")).toEqual(["Immich"]);
  expect(labels("install immich")).toEqual(["Immich"]);
  expect(labels("sonarr")).toEqual([]);
});
