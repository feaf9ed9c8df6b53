import { describe, expect, it } from "vitest";
import { type Level, levels } from "./levels";
import type { LineIndex } from "./line-index";
import { MergedOrder } from "./merge";
import { Places } from "./places";
import { LogRows } from "./rows";
import { CHUNK_LINES, LogStore } from "./store";

const at = (second: number) =>
  new Date(Date.UTC(2026, 10, 24) + second * 1000).toISOString().replace("Z", "000000Z");
function add(store: LogStore, ...lines: [second: number, text: string][]): void {
  store.append(new TextEncoder().encode(lines.map(([s, text]) => `o${at(s)} ${text}\n`).join("")));
}
const texts = (order: MergedOrder, stores: LogStore[]) =>
  Array.from({ length: order.end - order.first }, (_, i) => {
    const { source, n } = order.at(order.first + i);
    return stores[source]?.line(n).text;
  });

describe("MergedOrder", () => {
  it("puts logs in the order of time, and what comes late in its place", () => {
    const stores = [new LogStore(), new LogStore()];
    const [a, b] = stores as [LogStore, LogStore];
    const order = new MergedOrder(stores);
    add(a, [1, "a1"], [3, "a3"], [5, "a5"]);
    expect(order.update()).toBe(0);
    add(b, [2, "b2"], [4, "b4"]);
    expect(order.update()).toBe(1);
    expect(texts(order, stores)).toEqual(["a1", "b2", "a3", "b4", "a5"]);
    add(a, [6, "a6"]);
    expect(order.update()).toBe(5);
    expect(order.update()).toBe(6);
    expect(texts(order, stores)).toEqual(["a1", "b2", "a3", "b4", "a5", "a6"]);
  });

  it("keeps the order of each log and of logs that share a moment", () => {
    const stores = [new LogStore(), new LogStore(), new LogStore()];
    for (const [i, s] of stores.entries()) add(s, [1, `${i}a`], [1, `${i}b`]);
    const order = new MergedOrder(stores);
    order.update();
    expect(texts(order, stores)).toEqual(["0a", "0b", "1a", "1b", "2a", "2b"]);
  });

  it("equals sorting, however lines arrive", () => {
    const stores = [new LogStore(), new LogStore(), new LogStore()];
    const order = new MergedOrder(stores);
    const clocks = [0, 0, 0];
    let seed = 7;
    const random = (n: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % n;
    };
    const all: { time: number; text: string }[] = [];
    for (let i = 0; i < 3000; i++) {
      const s = random(3);
      const time = (clocks[s] ?? 0) + random(4) + 1;
      clocks[s] = time;
      // Times that are all different, so that there is one right order.
      const text = `${s}-${i}`;
      all.push({ time: time * 3 + s, text });
      add(stores[s] as LogStore, [time * 3 + s, text]);
      if (random(10) === 0) order.update();
    }
    order.update();
    all.sort((x, y) => x.time - y.time);
    expect(texts(order, stores)).toEqual(all.map((x) => x.text));
  });

  it("lets go of what a log has let go of", () => {
    const stores = [new LogStore(CHUNK_LINES), new LogStore()];
    const [a, b] = stores as [LogStore, LogStore];
    const order = new MergedOrder(stores);
    add(b, [1_000_000, "b"]);
    for (let i = 0; i < CHUNK_LINES + 3; i++) add(a, [i, `a${i}`]);
    order.update();
    const before = order.end;
    for (let i = 0; i < CHUNK_LINES; i++) add(a, [CHUNK_LINES + 3 + i, `x${i}`]);
    order.update();
    expect(order.end - order.first).toBe(a.length + b.length);
    expect(order.first).toBeGreaterThan(0);
    expect(order.end).toBeGreaterThan(before);
    expect(texts(order, stores).at(-1)).toBe("b");
    expect(texts(order, stores)[0]).toBe(a.line(a.first).text);
  });
});

it("Places find, lose their front and their end, and grow", () => {
  const places = new Places();
  for (let i = 0; i < 1000; i++) places.push(i * 2);
  expect([places.search(7), places.search(8), places.at(4), places.at(-1)]).toEqual([4, 4, 8, undefined]);
  places.dropBefore(1000);
  places.dropFrom(1990);
  expect([places.length, places.at(0), places.at(places.length - 1)]).toEqual([495, 1000, 1988]);
  for (let i = 0; i < 1000; i++) places.push(3000 + i);
  expect([places.length, places.at(0), places.at(1494)]).toEqual([1495, 1000, 3999]);
});

describe("LogRows", () => {
  type Known = { hits: Set<number>; levels: Level[]; to: number };
  function source(lines: [number, string][], known: Known) {
    const store = new LogStore();
    add(store, ...lines);
    const index = {
      pattern: known,
      get levelsTo() {
        return known.to;
      },
      get hitsTo() {
        return known.to;
      },
      level: (n: number) => levels.indexOf(known.levels[n] ?? "none"),
      isHit: (n: number) => known.hits.has(n),
    } as unknown as LineIndex;
    return { store, index };
  }
  const shown = (rows: LogRows) =>
    Array.from({ length: rows.count }, (_, i) => {
      const { source, n } = rows.ref(rows.place(i));
      return rows.sources[source]?.store.line(n).text;
    });

  it("shows levels and hits as far as they are known, and goes on from there", () => {
    const known: Known = { hits: new Set([0, 2, 3]), levels: ["error", "info", "error", "warn"], to: 2 };
    const lines: [number, string][] = [
      [1, "one"],
      [2, "two"],
      [3, "three"],
      [4, "four"],
    ];
    const rows = new LogRows([source(lines, known)]);
    expect(shown(rows)).toEqual(["one", "two", "three", "four"]);
    expect(rows.hitCount).toBe(1);
    rows.setFilter({ levels: new Set<Level>(["error"]) });
    expect(shown(rows)).toEqual(["one"]);
    known.to = 4;
    rows.update();
    expect(shown(rows)).toEqual(["one", "three"]);
    expect([rows.hitCount, rows.hit(1), rows.rowOf(1), rows.rowOf(3)]).toEqual([2, 2, 1, 2]);
    rows.setFilter({ onlyHits: true });
    expect(shown(rows)).toEqual(["one", "three", "four"]);
    rows.setFilter({});
    expect(shown(rows)).toHaveLength(4);
  });

  it("filters several logs merged by time, and finds a time in them", () => {
    const known: Known = { hits: new Set([1]), levels: ["info", "error"], to: 2 };
    const a = source(
      [
        [1, "a1"],
        [4, "a4"],
      ],
      known,
    );
    const b = source(
      [
        [2, "b2"],
        [3, "b3"],
      ],
      known,
    );
    const rows = new LogRows([a, b]);
    expect(shown(rows)).toEqual(["a1", "b2", "b3", "a4"]);
    expect(rows.seek(Date.parse(at(3).replace("000000Z", "Z")) * 1000)).toBe(2);
    rows.setFilter({ levels: new Set<Level>(["error"]) });
    expect(shown(rows)).toEqual(["b3", "a4"]);
    expect(rows.hitCount).toBe(2);
  });
});
