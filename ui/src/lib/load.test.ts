import { expect, it } from "vitest";
import type { StatsRow } from "../api/types";
import { bits, cpuShare, loadOf, memoryShare, type Pressure, percent, pressure } from "./load";

const GIB = 1024 ** 3;
const row = (id: string, cpu: number, memory: number, limit: number): StatsRow => [
  id,
  cpu,
  memory,
  limit,
  0,
  0,
  0,
  0,
  1,
];

it("measures the processor by the machine and the memory by its limit", () => {
  expect(cpuShare(row("a", 150, 0, 1), 4)).toBeCloseTo(0.375);
  expect(cpuShare(row("a", 900, 0, 1), 4)).toBe(1);
  expect(memoryShare(row("a", 0, GIB, 4 * GIB))).toBe(0.25);
  expect(memoryShare(row("a", 0, GIB, 0))).toBe(0);
  expect([0.79, 0.8, 0.9].map(loadOf)).toEqual(["ok", "high", "full"]);
});

it("writes numbers as people read them", () => {
  expect([0, 22.44, 99.96, 140.4].map(percent)).toEqual(["0.0%", "22.4%", "100.0%", "140%"]);
  expect([0, 125, 10_500_000].map(bits)).toEqual(["0 b/s", "1.0 kb/s", "84 Mb/s"]);
});

it("warns at 90 % of a limit of its own, and until it is well below", () => {
  const none: Pressure = new Map();
  const machine = 16 * GIB;
  expect(pressure(none, [row("a", 0, 15 * GIB, machine)], machine)).toBe(none);
  expect(pressure(none, [row("a", 0, 0.89 * GIB, GIB)], machine)).toBe(none);
  expect(pressure(none, [row("a", 0, GIB, GIB)], undefined)).toBe(none);
  const near = pressure(none, [row("a", 0, 0.92 * GIB, GIB)], machine);
  expect(near.get("a")).toEqual({ percent: 92, limit: GIB });
  expect(pressure(near, [row("a", 0, 0.925 * GIB, GIB)], machine)).toBe(near);
  const less = pressure(near, [row("a", 0, 0.87 * GIB, GIB)], machine);
  expect(less.get("a")?.percent).toBe(87);
  expect(pressure(less, [row("a", 0, 0.84 * GIB, GIB)], machine).size).toBe(0);
});
