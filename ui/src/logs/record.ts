export type Stream = "stdout" | "stderr" | "tty";
export type LogLine = {
  stream: Stream;
  /** The rest of a line that was longer than one record; it has no time of its own. */
  continued: boolean;
  /** RFC 3339 with nanoseconds, as the agent sent it. */
  time?: string;
  text: string;
};

const decoder = new TextDecoder();
const SPACE = 32;

type Tag = { stream: Stream; continued: boolean };
const tags: Record<number, Tag> = {
  111: { stream: "stdout", continued: false },
  79: { stream: "stdout", continued: true },
  101: { stream: "stderr", continued: false },
  69: { stream: "stderr", continued: true },
  116: { stream: "tty", continued: false },
  84: { stream: "tty", continued: true },
};

export const tagOf = (byte: number | undefined): Tag | undefined => tags[byte ?? 0];

/** Where the line's own text begins in a record. */
export function textStart(record: Uint8Array, from = 0, to = record.length): number {
  const tag = tagOf(record[from]);
  if (!tag) return from;
  if (tag.continued) return from + 1;
  for (let i = from + 1; i < to; i++) if (record[i] === SPACE) return i + 1;
  return to;
}

/** Splits one record (tag, time, text; no line feed) into its parts. */
export function parseRecord(bytes: Uint8Array): LogLine {
  const tag = tagOf(bytes[0]);
  if (!tag) return { stream: "stdout", continued: false, text: decoder.decode(bytes) };
  const at = textStart(bytes);
  const text = decoder.decode(bytes.subarray(at));
  if (tag.continued) return { ...tag, text };
  const end = bytes[at - 1] === SPACE && at > 1 ? at - 1 : at;
  return { ...tag, time: decoder.decode(bytes.subarray(1, end)), text };
}

const two = (b: Uint8Array, i: number) => ((b[i] ?? 48) - 48) * 10 + ((b[i + 1] ?? 48) - 48);
const DOT = 46;

let lastDay = -1;
let lastDayStart = 0;

/** Time of a record in microseconds since 1970, read from its bytes; NaN when it has none. */
export function timeOf(b: Uint8Array, from: number): number {
  const tag = tagOf(b[from]);
  const i = from + 1;
  // `2026-11-24T12:00:00`: anything else is no time of the engine.
  if (!tag || tag.continued || b[i + 4] !== 45 || b[i + 10] !== 84 || b[i + 13] !== 58) return Number.NaN;
  const year = two(b, i) * 100 + two(b, i + 2);
  const month = two(b, i + 5);
  const day = two(b, i + 8);
  const key = (year * 16 + month) * 32 + day;
  if (key !== lastDay) {
    lastDay = key;
    lastDayStart = Date.UTC(year, month - 1, day) * 1000;
  }
  let micros = 0;
  if (b[i + 19] === DOT) {
    for (let k = 0; k < 6; k++) {
      const digit = (b[i + 20 + k] ?? 0) - 48;
      if (digit < 0 || digit > 9) {
        micros *= 10 ** (6 - k);
        break;
      }
      micros = micros * 10 + digit;
    }
  }
  const seconds = (two(b, i + 11) * 60 + two(b, i + 14)) * 60 + two(b, i + 17);
  return lastDayStart + seconds * 1_000_000 + micros;
}
