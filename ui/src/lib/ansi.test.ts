import { describe, expect, it } from "vitest";
import { parseAnsi, stripAnsi } from "./ansi";
import { linePieces } from "./log-pieces";

const ESC = "\x1b";

describe("parseAnsi", () => {
  it("leaves plain text alone, markup too", () => {
    expect(parseAnsi("<b>hi</b> & bye")).toEqual([{ text: "<b>hi</b> & bye" }]);
  });
  it("reads colours, attributes and their ends", () => {
    expect(parseAnsi(`a${ESC}[1;31mb${ESC}[22mc${ESC}[0md${ESC}[92me${ESC}[m`)).toEqual([
      { text: "a" },
      { text: "b", style: { bold: true, fg: "ansi-1" } },
      { text: "c", style: { bold: undefined, dim: undefined, fg: "ansi-1" } },
      { text: "d" },
      { text: "e", style: { fg: "ansi-10" } },
    ]);
  });
  it("reads 256 and true colours", () => {
    expect(parseAnsi(`${ESC}[38;5;196;48;5;3mx`)).toEqual([
      { text: "x", style: { fg: "rgb(255,0,0)", bg: "ansi-3" } },
    ]);
    expect(parseAnsi(`${ESC}[38;2;1;2;999mx`)).toEqual([{ text: "x", style: { fg: "rgb(1,2,255)" } }]);
    expect(parseAnsi(`${ESC}[38;5;244mx`)).toEqual([{ text: "x", style: { fg: "rgb(128,128,128)" } }]);
  });
  it("drops every other sequence and control characters", () => {
    const line = `${ESC}[2J${ESC}[3;4H${ESC}]0;title\x07a\x07b\x00${ESC}]8;;http://x${ESC}\\c${ESC}[?25l`;
    expect(stripAnsi(line)).toBe("abc");
  });
});

describe("linePieces", () => {
  it("marks hits across colours, upper and lower case alike", () => {
    const pieces = linePieces(`one er${ESC}[31mROR two`, "error");
    expect(pieces.map((p) => (p.hit ? `[${p.text}]` : p.text)).join("")).toBe("one [er][ROR] two");
    expect(pieces.map((p) => p.text).join("")).toBe("one erROR two");
  });
  it("finds every hit", () => {
    expect(linePieces("aXaXa", "x").filter((p) => p.hit)).toHaveLength(2);
    expect(linePieces("abc", "")).toEqual([{ text: "abc" }]);
  });
  it("marks a level, not a word in a sentence", () => {
    expect(linePieces("12:00 WARN slow", "")[1]).toEqual({ text: "WARN", level: "warn" });
    expect(linePieces("level=error msg=x", "").some((p) => p.level === "error")).toBe(true);
    expect(linePieces("there was an error here", "").some((p) => p.level)).toBe(false);
  });
});
