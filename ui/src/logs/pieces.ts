import { type Piece, parseAnsi } from "./ansi";
import { findLevel, type Level } from "./levels";
import type { Range } from "./pattern";

export type MarkedPiece = Piece & { hit?: boolean; level?: Level };

/** The level word of a line that brings no colours of its own. */
function withLevel(pieces: Piece[]): MarkedPiece[] {
  const [only] = pieces;
  if (pieces.length !== 1 || !only || only.style) return pieces;
  const found = findLevel(only.text);
  if (!found || found.start === found.end) return pieces;
  return [
    { text: only.text.slice(0, found.start) },
    { text: only.text.slice(found.start, found.end), level: found.level },
    { text: only.text.slice(found.end) },
  ].filter((p) => p.text !== "");
}

/** Pieces of a line with its colours, its level, and the places to mark; those count without escape sequences. */
export function linePieces(line: string, marks: (plain: string) => readonly Range[]): MarkedPiece[] {
  const pieces = withLevel(parseAnsi(line));
  const ranges = marks(pieces.map((p) => p.text).join(""));
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
