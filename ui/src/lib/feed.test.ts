import { expect, it, vi } from "vitest";
import type { ContainerStats, StatsHistory } from "../api/types";
import { Feed, summary } from "./feed";

const history = (seconds: number[], step: number): StatsHistory => ({
  stepSeconds: step,
  at: seconds.map((s) => s * 1000),
  cpu: seconds.map(() => 5),
  memory: seconds.map(() => 100),
  rx: seconds.map(() => null),
  tx: seconds.map(() => null),
  read: seconds.map(() => 1),
  write: seconds.map(() => 2),
  storage: [],
});
const sample = (second: number): ContainerStats => ({
  at: second * 1000,
  id: "a",
  cpuPercent: 7,
  memoryBytes: 200,
  memoryLimitBytes: 1000,
  rxPerSecond: 3,
});

it("draws no line across a hole", () => {
  const feed = new Feed(600);
  feed.load(history([1000, 1010, 1100], 10));
  expect(feed.points.cpu).toEqual([5, 5, null, 5]);
  feed.append(sample(1101));
  feed.append(sample(1200));
  expect(feed.points.cpu.slice(3)).toEqual([5, 7, null, 7]);
  expect(feed.points.at).toEqual([...feed.points.at].sort((a, b) => a - b));
});

it("keeps live points that come before the recorded ones are there, and each time once", () => {
  const feed = new Feed(600);
  const told = vi.fn();
  feed.subscribe(told);
  feed.append(sample(1005));
  feed.append(sample(1005));
  feed.append(sample(1012));
  feed.load(history([990, 1000, 1010], 10));
  expect(feed.points.at).toEqual([990, 1000, 1010, 1012]);
  expect(feed.points.memory).toEqual([100, 100, 100, 200]);
  expect(feed.points.tx.at(-1)).toBeNull();
  expect(told).toHaveBeenCalledTimes(4);
});

it("forgets what has left the range", () => {
  const feed = new Feed(60);
  for (let second = 1000; second < 1200; second++) feed.append(sample(second));
  expect(feed.points.at[0]).toBe(1139);
  expect(feed.points.at).toHaveLength(61);
  expect(feed.points.write).toHaveLength(61);
});

it("sums a column up", () => {
  expect(summary([1, 2, 3, 4], [2, null, 6, 1])).toEqual({ mean: 3, most: 6, when: 3 });
  expect(summary([1], [null])).toBeUndefined();
});
