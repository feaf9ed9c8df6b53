import { stripAnsi } from "./ansi";

/** A line longer than this stays as it is; laying it out would stop the page. */
const LONGEST = 200_000;

/** A line that is one JSON object, laid out; nothing for any other line. */
export function prettyJson(line: string): string | undefined {
  if (line.length > LONGEST || !looksLikeJson(line)) return undefined;
  try {
    return JSON.stringify(JSON.parse(stripAnsi(line)), null, 2);
  } catch {
    return undefined;
  }
}

/** Cheap enough to ask of each visible line. */
export function looksLikeJson(line: string): boolean {
  return /^\s*\{\s*"/.test(line) && /\}\s*$/.test(line.slice(-20));
}

export type JsonPiece = { text: string; kind?: "key" | "text" | "value" };

/** Laid out JSON in pieces to colour. */
export function jsonPieces(pretty: string): JsonPiece[] {
  const pieces: JsonPiece[] = [];
  let from = 0;
  for (const m of pretty.matchAll(
    /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
  )) {
    if (m.index > from) pieces.push({ text: pretty.slice(from, m.index) });
    const word = m[1] ?? m[0];
    pieces.push({ text: word, kind: m[2] ? "key" : m[1] ? "text" : "value" });
    from = m.index + word.length;
  }
  pieces.push({ text: pretty.slice(from) });
  return pieces;
}
