import { describe, expect, it } from "vitest";
import { coloursOf, parseAnsi, stripAnsi } from "./ansi";
import { contrast, namedColour, type Rgb } from "./colour";

const ESC = "\x1b";

describe("parseAnsi", () => {
  it("leaves plain text alone, markup too", () => {
    expect(parseAnsi("<b>hi</b> & bye")).toEqual([{ text: "<b>hi</b> & bye" }]);
  });
  it("reads colours, attributes and their ends", () => {
    expect(parseAnsi(`a${ESC}[1;31mb${ESC}[22mc${ESC}[0md${ESC}[92me${ESC}[m`)).toEqual([
      { text: "a" },
      { text: "b", style: { bold: true, fg: namedColour(1) } },
      { text: "c", style: { bold: undefined, dim: undefined, fg: namedColour(1) } },
      { text: "d" },
      { text: "e", style: { fg: namedColour(10) } },
    ]);
  });
  it("reads 256 and true colours", () => {
    expect(parseAnsi(`${ESC}[38;5;196;48;5;3mx`)).toEqual([
      { text: "x", style: { fg: [255, 0, 0], bg: namedColour(3) } },
    ]);
    expect(parseAnsi(`${ESC}[38;2;1;2;999mx`)).toEqual([{ text: "x", style: { fg: [1, 2, 255] } }]);
    expect(parseAnsi(`${ESC}[38;5;244mx`)).toEqual([{ text: "x", style: { fg: [128, 128, 128] } }]);
  });
  it("drops every other sequence and control characters", () => {
    const line = `${ESC}[2J${ESC}[3;4H${ESC}]0;title\x07a\x07b\x00${ESC}]8;;http://x${ESC}\\c${ESC}[?25l`;
    expect(stripAnsi(line)).toBe("abc");
  });
});

describe("coloursOf", () => {
  const rgb = (text: string | undefined): Rgb => {
    const [r = 0, g = 0, b = 0] = (text ?? "rgb(8,16,20)").match(/\d+/g)?.map(Number) ?? [];
    return [r, g, b];
  };
  it("is readable for every foreground there is", () => {
    for (let n = 0; n < 256; n++) {
      for (const codes of [`38;5;${n}`, `2;38;5;${n}`, `7;38;5;${n}`, `48;5;${n}`, `38;5;16;48;5;${n}`]) {
        const [piece] = parseAnsi(`${ESC}[${codes}mx`);
        const { color = "rgb(207,221,226)", backgroundColor } = coloursOf(piece?.style ?? {});
        expect(contrast(rgb(color), rgb(backgroundColor)), codes).toBeGreaterThan(4.5);
      }
    }
  });
  it("leaves a readable colour as it is", () => {
    expect(coloursOf({ fg: [200, 255, 200] })).toEqual({ color: "rgb(200,255,200)" });
  });
});
