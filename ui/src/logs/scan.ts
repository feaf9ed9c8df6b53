import { stripAnsi } from "./ansi";
import { findLevel, isSetIn, levels } from "./levels";
import { compile, matcher, type Pattern, type Range, regexRanges } from "./pattern";
import { tagOf } from "./record";

/** One byte per line: the level in the low bits, and whether the line holds what is searched for. */
export const LEVEL_BITS = 7;
export const HIT = 128;

export type ScanRequest = {
  kind: "scan";
  /** Whole records, line feeds included. */
  bytes: Uint8Array<ArrayBuffer>;
  lines: number;
  /** Level of the line before the first; absent when levels are not asked for. */
  before?: number;
  pattern?: Pattern;
};
export type MarkRequest = { kind: "mark"; texts: string[]; pattern: Pattern };
export type Job = ScanRequest | MarkRequest;

const decoder = new TextDecoder();
const number = Object.fromEntries(levels.map((l, i) => [l, i]));

/** Reads records once, for their levels, for what is searched, or for both. */
export function scan(request: ScanRequest): Uint8Array<ArrayBuffer> {
  const flags = new Uint8Array(request.lines);
  const text = decoder.decode(request.bytes);
  const test = request.pattern && matcher(request.pattern);
  const wantLevels = request.before !== undefined;
  let before = request.before ?? 0;
  let start = 0;
  for (let k = 0; k < request.lines; k++) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    const tag = tagOf(text.charCodeAt(start));
    let from = start;
    if (tag?.continued) from = start + 1;
    else if (tag) {
      const space = text.indexOf(" ", start);
      from = space < 0 || space > end ? end : space + 1;
    }
    const line = text.slice(from, end);
    let flag = 0;
    if (wantLevels) {
      const plain = line.includes("\x1b") ? stripAnsi(line) : line;
      const own = tag?.continued ? undefined : findLevel(plain);
      if (own) before = number[own.level] ?? 0;
      else if (!tag?.continued && !isSetIn(plain)) before = 0;
      flag = before;
    }
    if (test?.(line)) flag |= HIT;
    flags[k] = flag;
    start = end + 1;
  }
  return flags;
}

/** Where a regular expression is in lines without colours. */
export function mark({ texts, pattern }: MarkRequest): Range[][] {
  const regex = compile(pattern);
  return texts.map((text) => regexRanges(text, regex));
}
