import { type Piece, parseAnsi } from "./ansi";

export type MarkedPiece = Piece & { hit?: boolean; level?: "error" | "warn" | "info" | "debug" };

const LEVEL = /\b(error|err|fatal|critical|panic|warning|warn|info|notice|debug|trace)\b/i;
const levels: Record<string, NonNullable<MarkedPiece["level"]>> = {
  error: "error",
  err: "error",
  fatal: "error",
  critical: "error",
  panic: "error",
  warning: "warn",
  warn: "warn",
  info: "info",
  notice: "info",
  debug: "debug",
  trace: "debug",
};

/** Level words near the start of a line that brings no colours of its own. */
function withLevel(pieces: Piece[]): MarkedPiece[] {
  const [only] = pieces;
  if (pieces.length !== 1 || !only || only.style) return pieces;
  const head = only.text.slice(0, 64);
  const match = LEVEL.exec(head);
  // In a sentence the same word means nothing; as a level it is upper case or stands in a field of its own.
  if (!match || !(match[0] === match[0].toUpperCase() || /[[=:"\s]$/.test(head.slice(0, match.index))))
    return pieces;
  const level = levels[match[0].toLowerCase()];
  if (
    !level ||
    (match[0] !== match[0].toUpperCase() && !/level=?"?:?"?$/i.test(head.slice(0, match.index).trim()))
  )
    return pieces;
  const end = match.index + match[0].length;
  return [
    { text: only.text.slice(0, match.index) },
    { text: match[0], level },
    { text: only.text.slice(end) },
  ].filter((p) => p.text !== "");
}

/** Pieces of a line with its colours, and with the places marked where `query` occurs, upper and lower case alike. */
export function linePieces(line: string, query: string): MarkedPiece[] {
  const pieces = withLevel(parseAnsi(line));
  const needle = query.toLowerCase();
  if (needle === "") return pieces;
  const hay = pieces
    .map((p) => p.text)
    .join("")
    .toLowerCase();
  const ranges: [number, number][] = [];
  for (let i = hay.indexOf(needle); i >= 0; i = hay.indexOf(needle, i + needle.length))
    ranges.push([i, i + needle.length]);
  if (ranges.length === 0) return pieces;
  const result: MarkedPiece[] = [];
  let offset = 0;
  for (const piece of pieces) {
    let from = 0;
    for (const [a, b] of ranges) {
      const start = Math.max(a - offset, from);
      const end = Math.min(b - offset, piece.text.length);
      if (end <= start || start >= piece.text.length) continue;
      if (start > from) result.push({ ...piece, text: piece.text.slice(from, start) });
      result.push({ ...piece, text: piece.text.slice(start, end), hit: true });
      from = end;
    }
    if (from < piece.text.length) result.push({ ...piece, text: piece.text.slice(from) });
    offset += piece.text.length;
  }
  return result;
}
