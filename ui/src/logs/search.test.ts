import { describe, expect, it } from "vitest";
import { jsonPieces, looksLikeJson, prettyJson } from "./json";
import { matcher, type Pattern, patternProblem, textRanges } from "./pattern";
import { HIT, LEVEL_BITS, mark, scan } from "./scan";

const bytes = (text: string) => new TextEncoder().encode(text);
const T = "2026-11-24T12:00:00.000000001Z";
const pattern = (text: string, more: Partial<Pattern> = {}): Pattern => ({
  text,
  regex: false,
  matchCase: false,
  ...more,
});
const hits = (records: string, p: Pattern) => {
  const flags = scan({
    kind: "scan",
    bytes: bytes(records),
    lines: records.split("\n").length - 1,
    pattern: p,
  });
  return [...flags].flatMap((f, k) => (f & HIT ? [k] : []));
};

describe("search", () => {
  const records = `o${T} Err\x1b[31mor\x1b[0m one\no${T} two\ne${T} ERROR three\nEerror four\n`;
  it("finds text without minding case, colours or time stamps", () => {
    expect(hits(records, pattern("error"))).toEqual([0, 2, 3]);
    expect(hits(records, pattern(T))).toEqual([]);
    expect(hits(records, pattern("ERROR", { matchCase: true }))).toEqual([2]);
  });
  it("finds regular expressions", () => {
    expect(hits(records, pattern("^t.o$", { regex: true }))).toEqual([1]);
    expect(hits(records, pattern("error (three|four)", { regex: true }))).toEqual([2, 3]);
    expect(hits(records, pattern("Error", { regex: true, matchCase: true }))).toEqual([0]);
  });
  it("marks every place, and none for an empty match", () => {
    expect(textRanges("aXaXa", "x", false)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(textRanges("aXaXa", "x", true)).toEqual([]);
    const marks = mark({
      kind: "mark",
      texts: ["a12 b3", "none"],
      pattern: pattern("\\d*", { regex: true }),
    });
    expect(marks).toEqual([
      [
        [1, 3],
        [5, 6],
      ],
      [],
    ]);
  });
  it("does not shift marks where small letters are longer", () => {
    const [first] = textRanges("İİ x", "x", false);
    expect("İİ x".slice(...(first ?? [0, 0]))).toBe("x");
  });
  it("is the same with a sticky position", () => {
    const test = matcher(pattern("a", { regex: true }));
    expect([test("a"), test("a"), test("b")]).toEqual([true, true, false]);
  });
});

describe("a pattern that is none", () => {
  it.each([
    ["(", /“\(” is not closed/],
    ["a)", /never opened/],
    ["[a", /“\[” is not closed/],
    ["*", /nothing before it to repeat/],
    ["a{2,1}", /wrong order/],
    ["[z-a]", /backwards/],
    ["a\\", /ends in a single/],
    ["(?<", /“\(\?” is not known/],
  ])("%s", (text, words) => expect(patternProblem(pattern(text, { regex: true }))).toMatch(words));
  it("is fine as text", () => expect(patternProblem(pattern("("))).toBeUndefined());
  it("is fine when it is one", () =>
    expect(patternProblem(pattern("a(b|c)+", { regex: true }))).toBeUndefined());
});

describe("levels", () => {
  const levels = (records: string, before = 0) => {
    const lines = records.split("\n").length - 1;
    return [...scan({ kind: "scan", bytes: bytes(records), lines, before })].map((f) => f & LEVEL_BITS);
  };
  it("gives what is set in the level of the line before, over the edge of a chunk too", () => {
    expect(levels(`o${T} ERROR a\no${T}   at b\no${T} plain\no${T} INFO c\n`)).toEqual([1, 1, 0, 3]);
    expect(levels(`o${T} \tat b\nOrest\n`, 1)).toEqual([1, 1]);
  });
});

describe("JSON lines", () => {
  it("are laid out", () => {
    const text = '{"level":"info","n":1}';
    expect(looksLikeJson(text)).toBe(true);
    expect(prettyJson(text)).toBe('{\n  "level": "info",\n  "n": 1\n}');
    expect(jsonPieces('{"a": "b", "n": -1.5e3, "t": true}').filter((p) => p.kind)).toEqual([
      { text: '"a"', kind: "key" },
      { text: '"b"', kind: "text" },
      { text: '"n"', kind: "key" },
      { text: "-1.5e3", kind: "value" },
      { text: '"t"', kind: "key" },
      { text: "true", kind: "value" },
    ]);
  });
  it.each(["{not json}", '{"cut":', "[1]", "plain"])("leaves %s alone", (text) =>
    expect(prettyJson(text)).toBeUndefined(),
  );
});
