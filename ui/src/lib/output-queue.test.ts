import { expect, it } from "vitest";
import { OutputQueue } from "./output-queue";

it("hands on the next piece only when the one before is drawn, in order", () => {
  const written: string[] = [];
  const done: (() => void)[] = [];
  const queue = new OutputQueue(
    (bytes, next) => {
      written.push(new TextDecoder().decode(bytes));
      done.push(next);
    },
    () => undefined,
  );
  const push = (text: string) => queue.push(new TextEncoder().encode(text));
  push("a");
  push("b");
  push("c");
  expect(written).toEqual(["a"]);
  done.shift()?.();
  expect(written).toEqual(["a", "bc"]);
  done.shift()?.();
  push("d");
  expect(written).toEqual(["a", "bc", "d"]);
});

it("tells the sender to pause when much waits, and to go on when little does; nothing is lost", () => {
  let drawn = 0;
  let next: (() => void) | undefined;
  const told: boolean[] = [];
  const queue = new OutputQueue(
    (bytes, done) => {
      drawn += bytes.length;
      next = done;
    },
    (paused) => told.push(paused),
  );
  for (let i = 0; i < 20; i++) queue.push(new Uint8Array(100_000));
  expect(told).toEqual([true]);
  for (let i = 0; i < 20; i++) next?.();
  expect(told).toEqual([true, false]);
  expect(drawn).toBe(2_000_000);
});
