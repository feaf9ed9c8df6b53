import { beforeEach, expect, it, vi } from "vitest";
import type { StatsSample } from "../api/types";

const streams: { path: string; onSample: (s: StatsSample) => void; stopped: boolean }[] = [];
vi.mock("../api/stats", () => ({
  followStats: (path: string, onSample: (s: StatsSample) => void) => {
    const stream = { path, onSample, stopped: false };
    streams.push(stream);
    return () => {
      stream.stopped = true;
    };
  },
}));
const { watchContainer, watchHost, numbersOf } = await import("./live");

const host = { cores: 4, cpuPercent: 10 } as StatsSample["host"];
const sample = (cpu: number): StatsSample => ({
  at: Date.now(),
  host,
  containers: [["a", cpu, 1, 2, 0, 0, 0, 0, 1]],
});

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "requestAnimationFrame", "cancelAnimationFrame"],
  });
});

it("opens one stream for all, paints once, and ends with the last", () => {
  const seen: (number | undefined)[] = [];
  const leaveA = watchContainer("a", (row) => seen.push(row?.[1]));
  const other = vi.fn();
  const leaveB = watchContainer("b", other);
  const leaveHost = watchHost(vi.fn());
  expect(streams).toHaveLength(1);
  // Two samples before a frame: only the newest is painted.
  streams[0]?.onSample(sample(1));
  streams[0]?.onSample(sample(2));
  vi.advanceTimersByTime(20);
  expect(seen).toEqual([undefined, 2]);
  expect(other).toHaveBeenLastCalledWith(undefined);
  leaveA();
  leaveA();
  leaveB();
  vi.advanceTimersByTime(1000);
  expect(streams[0]?.stopped).toBe(false);
  leaveHost();
  // The next page takes over within a moment.
  const again = watchContainer("a", () => undefined);
  vi.advanceTimersByTime(1000);
  expect(streams).toHaveLength(1);
  again();
  vi.advanceTimersByTime(1000);
  expect(streams[0]?.stopped).toBe(true);
  expect(numbersOf("a")).toBeUndefined();
});

it("shows nothing rather than old numbers", () => {
  const seen: (number | undefined)[] = [];
  const leave = watchContainer("a", (row) => seen.push(row?.[1]));
  streams.at(-1)?.onSample(sample(3));
  vi.advanceTimersByTime(20);
  vi.advanceTimersByTime(6000);
  expect(seen).toEqual([undefined, 3, undefined]);
  leave();
  vi.advanceTimersByTime(1000);
});
