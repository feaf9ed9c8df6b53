import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { keepSecrets, makeSecret, putAway, useTold } from "./secrets";

afterEach(() => vi.restoreAllMocks());

it("makes texts of letters and digits within the lengths allowed, and never the same", () => {
  expect(makeSecret(undefined, undefined)).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(makeSecret(32, undefined)).toHaveLength(32);
  expect(makeSecret(undefined, 10)).toHaveLength(10);
  expect(makeSecret(100, 200)).toHaveLength(100);
  expect(new Set(Array.from({ length: 50 }, () => makeSecret(undefined, undefined))).size).toBe(50);
});

it("draws again what would favour some letters", () => {
  let draws = 0;
  vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
    draws += 1;
    return (array as unknown as Uint8Array).fill(draws === 1 ? 255 : 0) as unknown as typeof array;
  });
  expect(makeSecret(undefined, 5)).toBe("AAAAA");
  expect(draws).toBe(2);
});

it("keeps what is told once until it is put away, and asks before the page goes", () => {
  const leaves = () => !dispatchEvent(new Event("beforeunload", { cancelable: true }));
  const { result } = renderHook(() => useTold("i1"));
  expect(leaves()).toBe(false);
  act(() => keepSecrets("i1", [{ key: "P", label: "Password", value: "x" }]));
  expect(result.current?.secrets).toHaveLength(1);
  expect(leaves()).toBe(true);
  act(() => putAway("i1"));
  expect(result.current).toBeUndefined();
  expect(leaves()).toBe(false);
});
