import { expect, it } from "vitest";
import { OutputQueue } from "./output-queue";

it("hands on the next piece only when the one before is drawn, in order", () => {
  const written: string[] = [];
  const done: (() => void)[] = [];
  const queue = new OutputQueue((bytes, next) => {
    written.push(typeof bytes === "string" ? bytes : new TextDecoder().decode(bytes));
    done.push(next);
  });
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

it("leaves out the oldest when far too much waits, and says so", () => {
  const written: string[] = [];
  let next: (() => void) | undefined;
  const queue = new OutputQueue((bytes, done) => {
    written.push(typeof bytes === "string" ? bytes : `${bytes.length}`);
    next = done;
  });
  const megabyte = new Uint8Array(1024 * 1024);
  for (let i = 0; i < 80; i++) queue.push(megabyte);
  next?.();
  expect(written[1]).toMatch(/\d+ MB of output left out/);
});
