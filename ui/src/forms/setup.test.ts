import { expect, it } from "vitest";
import { passwordChangeProblems, passwordStrength, setupProblems } from "./setup";

it("asks for a code, length and the same twice", () => {
  expect(setupProblems(" ", "short", "short")).toEqual({
    code: expect.any(String),
    password: expect.stringContaining("10"),
  });
  expect(setupProblems("A", "long enough!", "long enough?")).toEqual({ repeat: expect.any(String) });
  expect(setupProblems("A", "long enough!", "long enough!")).toEqual({});
});

it("counts length before kinds", () => {
  const of = (p: string) => passwordStrength(p);
  expect([of(""), of("Ab1!"), of("aaaaaaaaaaaaaaaaaaaaaa")]).toEqual([0, 1, 1]);
  expect(of("a quiet harbour at low tide")).toBe(4);
  expect(of("abcdefghij")).toBeLessThan(of("Abcdef12!?"));
});

it("changes a password only for another one, and only for who knows the old one", () => {
  expect(passwordChangeProblems("", "long enough!", "long enough!")).toEqual({ current: expect.any(String) });
  expect(passwordChangeProblems("long enough!", "long enough!", "long enough!")).toEqual({
    password: expect.stringContaining("have now"),
  });
  expect(passwordChangeProblems("old", "short", "short")).toEqual({
    password: expect.stringContaining("10"),
  });
  expect(passwordChangeProblems("old", "long enough!", "long enough?")).toEqual({
    repeat: expect.any(String),
  });
  expect(passwordChangeProblems("old", "long enough!", "long enough!")).toEqual({});
});
