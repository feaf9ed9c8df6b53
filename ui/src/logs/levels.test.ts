import { describe, expect, it } from "vitest";
import { findLevel } from "./levels";
import { linePieces } from "./pieces";

const level = (text: string) => findLevel(text)?.level;

describe("findLevel", () => {
  it.each([
    ["error", "12:00 ERROR no route to host"],
    ["error", "2026/11/24 12:00:00 [error] 31#31: *1 connect() failed"],
    ["error", "ERROR:  relation does not exist"],
    ["error", "error: cannot open file"],
    ["error", '{"msg":"boom","level":"error"}'],
    ["error", '{"level":50,"time":1,"msg":"pino"}'],
    ["error", '{"severity":"CRITICAL","message":"x"}'],
    ["error", '{"msg":"x","lvl":"fatal"}'],
    ["error", "<11>1 2026-11-24T12:00:00Z host app - - - down"],
    ["error", "E1124 12:00:00.000000       1 main.go:7] klog"],
    ["error", "Traceback (most recent call last):"],
    ["error", "[12:00:00 FTL] Serilog"],
    ["warn", "WARN slow answer 5"],
    ["warn", 'time="2026" level=warning msg="disk is filling"'],
    ["warn", "2026-11-24 12:00:00 1 [Warning] mysqld: table is full"],
    ["warn", "<4>kernel: something"],
    ["info", "INFO request 7 served"],
    ["info", "info: Microsoft.Hosting.Lifetime[0]"],
    ["info", "2026-11-24T12:00:00Z info started"],
    ["info", '{"@l":"Information"}'],
    ["info", "2026-11-24 12:00:00,000 - root - INFO - python"],
    ["debug", "level=debug msg=x"],
    ["debug", "[TRACE] entering"],
    ["debug", '{"level":20}'],
    [undefined, "there was an error here"],
    [undefined, "GET /error/404.html 200"],
    [undefined, "the information desk"],
    [undefined, "no debugging today"],
    [undefined, ""],
  ])("%s: %s", (wanted, text) => expect(level(text)).toBe(wanted));

  it("points at the word", () => {
    const text = '{"msg":"level","level":"warn"}';
    const found = findLevel(text);
    expect(text.slice(found?.start, found?.end)).toBe("warn");
  });
});

describe("linePieces", () => {
  const none = () => [];
  it("tints a level, not a word in a sentence", () => {
    expect(linePieces("12:00 WARN slow", none)[1]).toEqual({ text: "WARN", level: "warn" });
    expect(linePieces("level=error msg=x", none).some((p) => p.level === "error")).toBe(true);
    expect(linePieces("there was an error here", none).some((p) => p.level)).toBe(false);
  });
  it("marks places across colours, counted without them", () => {
    const pieces = linePieces("one er\x1b[31mROR two", (plain) => {
      expect(plain).toBe("one erROR two");
      return [[4, 9]];
    });
    expect(pieces.map((p) => (p.hit ? `[${p.text}]` : p.text)).join("")).toBe("one [er][ROR] two");
  });
});
