import { stripAnsi } from "./ansi";

/** What is searched for. */
export type Pattern = { text: string; regex: boolean; matchCase: boolean };
export type Range = readonly [start: number, end: number];

const MOST_RANGES = 200;

const reasons: [RegExp, string][] = [
  [/unterminated group/i, "a “(” is not closed"],
  [/unmatched '\)'/i, "a “)” was never opened"],
  [/unterminated character class/i, "a “[” is not closed"],
  [/nothing to repeat/i, "“*”, “+”, “?” or “{}” has nothing before it to repeat"],
  [/lone quantifier|incomplete quantifier/i, "a “{” or “}” stands alone; write “\\{” for the character"],
  [/numbers out of order/i, "the numbers in “{}” are in the wrong order"],
  [/range out of order/i, "a range in “[]” runs backwards"],
  [/\\ at end/i, "it ends in a single “\\”"],
  [/invalid group|invalid capture group/i, "what follows “(?” is not known"],
  [/duplicate capture group/i, "two groups have the same name"],
  [/invalid named reference|invalid escape/i, "a “\\” is followed by something unknown"],
];

export function compile({ text, matchCase }: Pattern): RegExp {
  return new RegExp(text, matchCase ? "g" : "gi");
}

/** Why a pattern cannot be used, in words; nothing when it can. */
export function patternProblem(pattern: Pattern): string | undefined {
  if (!pattern.regex) return undefined;
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const known = reasons.find(([test]) => test.test(message));
    return `Not a regular expression yet: ${known?.[1] ?? message.slice(message.lastIndexOf(":") + 1).trim()}.`;
  }
}

/** Places of a plain text. A letter whose small form has another length would shift them; then only exact ones count. */
export function textRanges(line: string, text: string, matchCase: boolean): Range[] {
  if (text === "") return [];
  let hay = line;
  let needle = text;
  if (!matchCase) {
    const lower = line.toLowerCase();
    if (lower.length === line.length) {
      hay = lower;
      needle = text.toLowerCase();
    }
  }
  const ranges: Range[] = [];
  for (
    let i = hay.indexOf(needle);
    i >= 0 && ranges.length < MOST_RANGES;
    i = hay.indexOf(needle, i + needle.length)
  )
    ranges.push([i, i + needle.length]);
  return ranges;
}

/** Places of a regular expression. It may take forever, so only the worker, which can be ended, calls this. */
export function regexRanges(line: string, regex: RegExp): Range[] {
  const ranges: Range[] = [];
  regex.lastIndex = 0;
  for (let m = regex.exec(line); m && ranges.length < MOST_RANGES; m = regex.exec(line)) {
    if (m[0] === "") regex.lastIndex++;
    else ranges.push([m.index, m.index + m[0].length]);
  }
  return ranges;
}

/** A test for single lines, with their escape sequences. */
export function matcher(pattern: Pattern): (line: string) => boolean {
  const plain = (line: string) => (line.includes("\x1b") ? stripAnsi(line) : line);
  if (pattern.regex) {
    const regex = compile(pattern);
    return (line) => {
      regex.lastIndex = 0;
      return regex.test(plain(line));
    };
  }
  if (pattern.matchCase) return (line) => plain(line).includes(pattern.text);
  const needle = pattern.text.toLowerCase();
  return (line) => plain(line).toLowerCase().includes(needle);
}
