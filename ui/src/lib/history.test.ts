import { describe, expect, it } from "vitest";
import type { Activity } from "../api/types";
import { details, fits, joined, mayMiss, severityWord } from "./history";

let n = 0;
const line = (minute: number, over: Partial<Activity> = {}): Activity => ({
  id: `id-${String(minute).padStart(3, "0")}-${++n}`,
  at: new Date(Date.UTC(2026, 10, 24, 12, minute)).toISOString(),
  severity: "info",
  kind: "container",
  action: "start",
  subject: "jellyfin",
  app: "jellyfin",
  text: "started",
  ...over,
});

describe("fits", () => {
  it.each<[string, Parameters<typeof fits>[1], Partial<Activity>, boolean]>([
    ["no filter", {}, {}, true],
    ["the app", { app: "jellyfin" }, {}, true],
    ["another app", { app: "sonarr" }, {}, false],
    ["an image of no app", { app: "jellyfin" }, { kind: "image", app: undefined }, false],
    ["the kind", { kind: "image" }, { kind: "image" }, true],
    ["another kind", { kind: "image" }, {}, false],
    ["done here", { actor: "you" }, { actor: "you" }, true],
    ["done elsewhere", { actor: "you" }, {}, false],
    ["by itself", { actor: "engine" }, {}, true],
    ["here is not by itself", { actor: "engine" }, { actor: "you" }, false],
    ["text in the detail", { q: "OUT OF" }, { detail: "out of memory" }, true],
    ["text that is nowhere", { q: "memory" }, {}, false],
  ])("%s", (_, filter, over, expected) => {
    expect(fits(line(1, over), filter)).toBe(expected);
  });
});

describe("joined", () => {
  it("puts what came since on top, each line once", () => {
    const old = [line(3), line(2)];
    const live = [line(4), ...old];
    expect(joined(live, old, {}).map((a) => a.at.slice(14, 16))).toEqual(["04", "03", "02"]);
  });
  it("leaves out what does not fit", () => {
    expect(joined([line(4, { kind: "image" })], [line(3)], { kind: "container" })).toHaveLength(1);
  });
  it("leaves what belongs to a page not read yet to that page", () => {
    expect(joined([line(4), line(1)], [line(3), line(2)], {}).map((a) => a.at.slice(14, 16))).toEqual([
      "04",
      "03",
      "02",
    ]);
  });
  it("takes the newer words of a line that came again", () => {
    const before = line(3, { text: "stopped" });
    const after = { ...before, detail: "out of memory" };
    expect(joined([after], [before], {})).toEqual([after]);
  });
});

it("knows when lines may lie between the live ones and the history", () => {
  expect(mayMiss([line(9), line(8)], [line(3)], 2)).toBe(true);
  expect(mayMiss([line(9), line(8)], [line(3)], 3)).toBe(false);
  expect(mayMiss([line(9), line(2)], [line(3)], 2)).toBe(false);
  expect(mayMiss([], [line(3)], 0)).toBe(false);
});

it("says what matters in words", () => {
  expect(severityWord(line(1, { severity: "bad" }))).toBe("Problem");
  expect(severityWord(line(1, { severity: "good" }))).toBeUndefined();
  expect(details(line(1, { detail: "exit 137", count: 3, actor: "you" }))).toBe("exit 137, 3 times, by you");
  expect(details(line(1, { count: 1 }))).toBe("");
});
