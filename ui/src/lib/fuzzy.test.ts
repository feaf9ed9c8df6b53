import { expect, it } from "vitest";
import { score, wordsOf } from "./fuzzy";

const best = (query: string, names: string[]) =>
  names
    .map((name) => ({ name, s: score(wordsOf(query), name.toLowerCase()) }))
    .filter((x) => x.s !== undefined)
    .sort((a, b) => (a.s ?? 0) - (b.s ?? 0))
    .map((x) => x.name);

it("puts the beginning before a word, a word before the middle, the middle before scattered letters", () => {
  expect(best("son", ["season", "my-son", "sonarr", "seldom-on"])).toEqual([
    "sonarr",
    "my-son",
    "season",
    "seldom-on",
  ]);
});

it("finds scattered letters only from the beginning of a word on, and not a single one", () => {
  expect(best("jlf", ["jellyfin", "pljlxf", "jf"])).toEqual(["jellyfin"]);
  expect(best("hass", ["home-assistant"])).toEqual(["home-assistant"]);
  expect(best("z", ["home-assistant"])).toEqual([]);
});

it("wants every word, in the name or beside it", () => {
  expect(score(["restart", "son"], "sonarr", "restart")).toBe(3);
  expect(score(["restart", "son"], "sonarr", "stop")).toBeUndefined();
  expect(score([], "anything")).toBe(0);
});
