import { describe, expect, it } from "vitest";
import { anchorAt, MAX_HEIGHT, moved, ROW, reachesEnd, scrollHeight, topOf } from "./viewport";

const even = () => ROW;
/** Every tenth row is as tall as five. */
const uneven = (row: number) => (row % 10 === 0 ? 5 * ROW : ROW);

describe("moved", () => {
  it("goes over rows of any height and comes back to where it was", () => {
    const from = { row: 500, px: 7 };
    for (const dy of [1, 19, 20, 133, 4000]) {
      const there = moved(from, dy, 10_000, uneven);
      expect(moved(there, -dy, 10_000, uneven)).toEqual(from);
    }
  });
  it("stops at both ends", () => {
    expect(moved({ row: 3, px: 5 }, -1000, 10, even)).toEqual({ row: 0, px: 0 });
    expect(moved({ row: 3, px: 5 }, 10_000, 10, even)).toEqual({ row: 9, px: ROW });
  });
});

it("knows when what follows does not fill the view", () => {
  expect(reachesEnd({ row: 90, px: 0 }, 100, 200, even)).toBe(true);
  expect(reachesEnd({ row: 89, px: 0 }, 100, 200, even)).toBe(false);
});

describe("scroll position", () => {
  it("is exact while the list is short enough", () => {
    const scale = { rows: 1000, rowHeight: ROW, height: 400, full: scrollHeight(1000, ROW) };
    expect(scale.full).toBe(20_000);
    expect(topOf({ row: 300, px: 13 }, scale)).toBeCloseTo(6013);
    expect(anchorAt(6013, scale)).toEqual({ row: 300, px: expect.closeTo(13, 3) });
  });
  it("is scaled beyond what browsers can do, and reaches both ends", () => {
    const scale = { rows: 5_000_000, rowHeight: ROW, height: 400, full: scrollHeight(5_000_000, ROW) };
    expect(scale.full).toBe(MAX_HEIGHT);
    expect(anchorAt(0, scale)).toEqual({ row: 0, px: 0 });
    expect(anchorAt(MAX_HEIGHT - 400, scale).row).toBe(5_000_000 - 20);
    for (const row of [1, 1234, 2_500_000, 4_999_000])
      expect(anchorAt(topOf({ row, px: 0 }, scale), scale).row).toBeCloseTo(row, -1);
  });
  it("of a list that fits is the top", () => {
    const scale = { rows: 5, rowHeight: ROW, height: 400, full: 400 };
    expect([topOf({ row: 3, px: 0 }, scale), anchorAt(50, scale)]).toEqual([0, { row: 0, px: 0 }]);
  });
});
