import { describe, expect, it } from "vitest";
import { loopsAbove } from "./contours";
import { flagOf, initials, tintOf } from "./flags";

describe("flags", () => {
  it("has one for every letter but P, and for every digit", () => {
    for (const c of "abcdefghijklmnoqrstuvwxyz0123456789")
      expect(flagOf(`${c}x`)?.shapes.length, c).toBeGreaterThan(0);
    expect(flagOf("postgres")).toBeUndefined();
    expect(flagOf("éclair")).toBeUndefined();
    expect(flagOf("7zip")?.pennant).toBe(true);
  });
  it("gives initials and a ground that stays", () => {
    expect(initials("paperless-ngx")).toBe("PN");
    expect(initials("postgres")).toBe("PO");
    expect(tintOf("postgres")).toBe(tintOf("postgres"));
  });
});

it("contours are closed loops inside the chart, the same every time", () => {
  const loops = loopsAbove(0.66);
  expect(loops.length).toBeGreaterThan(0);
  expect(loopsAbove(0.66)).toEqual(loops);
  for (const [x, y] of loops.flat()) {
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x).toBeLessThanOrEqual(1210);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(242);
  }
  for (const loop of loops) {
    // Neighbouring points are at most a cell apart, the last and the first included.
    loop.forEach(([x, y], i) => {
      const [nx, ny] = loop[(i + 1) % loop.length] ?? [0, 0];
      expect(Math.hypot(nx - x, ny - y)).toBeLessThan(16.5);
    });
  }
});
