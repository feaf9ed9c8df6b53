import { describe, expect, it } from "vitest";
import { container, NOW } from "../../test/container";
import { counts, grouped, inState, matches, sorted } from "./arrange";

const list = [
  container({ id: "1", name: "web-10", project: "shop" }),
  container({ id: "2", name: "web-9", project: "shop", created: "2026-11-20T00:00:00Z" }),
  container({ id: "3", name: "Cache", state: "exited", exitCode: 0 }),
  container({
    id: "4",
    name: "mail",
    state: "exited",
    exitCode: 1,
    project: "office",
    ports: [{ container: 25, host: 2525, protocol: "tcp" }],
  }),
];
const names = (l: { name: string }[]) => l.map((c) => c.name).join(" ");

describe("filter", () => {
  it.each([
    ["", 4],
    ["web", 2],
    ["WEB 10", 1],
    ["shop", 2],
    ["nginx", 4],
    ["2525", 1],
    ["web mail", 0],
  ])("%j finds %i", (query, n) => {
    expect(list.filter((c) => matches(c, query))).toHaveLength(n);
  });

  it("counts by state", () => {
    expect(counts(list, NOW)).toEqual({ all: 4, running: 2, attention: 1, stopped: 2 });
    expect(names(list.filter((c) => inState(c, "stopped", NOW)))).toBe("Cache mail");
  });
});

describe("sort", () => {
  it("by name counts numbers as numbers and ignores case", () => {
    expect(names(sorted(list, "name", NOW))).toBe("Cache mail web-9 web-10");
  });
  it("by state puts trouble first and the stopped last", () => {
    expect(names(sorted(list, "state", NOW))).toBe("mail web-9 web-10 Cache");
  });
  it("by use puts the hungriest first and what does not run last", () => {
    const use = { "web-9": { cpu: 5, memory: 1 }, mail: { cpu: 1, memory: 9 } };
    const of = new Map(list.map((c) => [c.id, use[c.name as keyof typeof use]]));
    expect(names(sorted(list, "cpu", NOW, (id) => of.get(id)))).toBe("web-9 mail Cache web-10");
    expect(names(sorted(list, "memory", NOW, (id) => of.get(id)))).toBe("mail web-9 Cache web-10");
  });
  it("by age puts the newest first", () => {
    expect(names(sorted(list, "newest", NOW))).toBe("web-9 Cache mail web-10");
  });
});

describe("group", () => {
  it("by project, the rest last", () => {
    expect(grouped(list).map((g) => `${g.title}: ${names(g.containers)}`)).toEqual([
      "office: mail",
      "shop: web-10 web-9",
      "On their own: Cache",
    ]);
  });
  it("has one plain group without projects", () => {
    expect(grouped([container()]).map((g) => g.title)).toEqual(["All containers"]);
    expect(grouped([])).toEqual([]);
  });
});
