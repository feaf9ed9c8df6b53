import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type InputProgress, InputQueue } from "./input-queue";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function slowOutlet() {
  const got: number[] = [];
  const outlet = {
    bufferedAmount: 0,
    send(bytes: Uint8Array) {
      for (const b of bytes) got.push(b);
      outlet.bufferedAmount += bytes.length;
    },
  };
  return { outlet, got };
}

it("sends a megabyte whole and in order, waiting for the network, and tells how far it is", () => {
  const { outlet, got } = slowOutlet();
  const told: InputProgress[] = [];
  const queue = new InputQueue((p) => told.push(p));
  const paste = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);
  queue.push(paste);
  expect(got).toHaveLength(0);
  queue.open(outlet);
  queue.push(Uint8Array.of(7, 7));
  expect(got.length).toBeLessThan(200_000);
  for (let i = 0; i < 100 && got.length < 1_000_002; i++) {
    outlet.bufferedAmount = 0;
    vi.advanceTimersByTime(10);
  }
  expect(got).toHaveLength(1_000_002);
  expect(Uint8Array.from(got.slice(0, 1_000_000))).toEqual(paste);
  expect(got.slice(-2)).toEqual([7, 7]);
  expect(told.some((p) => p && p.total === 1_000_002 && p.sent > 0)).toBe(true);
  expect(told.at(-1)).toBeUndefined();
});

it("gives up what was not sent", () => {
  const { outlet, got } = slowOutlet();
  const queue = new InputQueue(() => undefined);
  queue.open(outlet);
  queue.push(new Uint8Array(1_000_000));
  expect(queue.cancel()).toBe(true);
  const before = got.length;
  outlet.bufferedAmount = 0;
  vi.advanceTimersByTime(1000);
  expect(got).toHaveLength(before);
  queue.push(Uint8Array.of(3));
  expect(got.at(-1)).toBe(3);
  expect(queue.cancel()).toBe(false);
});
