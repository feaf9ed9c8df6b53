import { expect, it } from "vitest";
import { backoff } from "./events";

it("tries again at once, then after 1, 2, 4 … 30 s, a quarter either way", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 20].map((n) => backoff(n, 0.5))).toEqual([
    200, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ]);
  expect(backoff(2, 0)).toBe(750);
  expect(backoff(7, 1)).toBe(37_500);
});
