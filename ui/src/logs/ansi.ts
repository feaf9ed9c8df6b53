import { colour256, css, namedColour, type Rgb, readable } from "./colour";

/** What SGR escape sequences (ECMA-48, 8.3.117) can change about a piece of a log line. */
export type Style = {
  fg?: Rgb;
  bg?: Rgb;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
};
export type Piece = { text: string; style?: Style };

const channel = (n: number | undefined) => Math.min(255, Math.max(0, n ?? 0));

function extended(codes: number[], at: number): [Rgb | undefined, number] {
  if (codes[at + 1] === 5) return [colour256(codes[at + 2] ?? -1), at + 2];
  if (codes[at + 1] === 2) {
    const [r, g, b] = [codes[at + 2], codes[at + 3], codes[at + 4]];
    return [[channel(r), channel(g), channel(b)], at + 4];
  }
  return [undefined, at + 1];
}

function apply(style: Style, parameters: string): Style {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map((p) => (p === "" ? 0 : Number(p)));
  let s: Style = { ...style };
  for (let i = 0; i < codes.length; i++) {
    const c = codes[i] ?? 0;
    if (c === 0) s = {};
    else if (c === 1) s.bold = true;
    else if (c === 2) s.dim = true;
    else if (c === 3) s.italic = true;
    else if (c === 4) s.underline = true;
    else if (c === 7) s.inverse = true;
    else if (c === 22) {
      s.bold = undefined;
      s.dim = undefined;
    } else if (c === 23) s.italic = undefined;
    else if (c === 24) s.underline = undefined;
    else if (c === 27) s.inverse = undefined;
    else if (c >= 30 && c <= 37) s.fg = namedColour(c - 30);
    else if (c >= 90 && c <= 97) s.fg = namedColour(c - 82);
    else if (c === 39) s.fg = undefined;
    else if (c >= 40 && c <= 47) s.bg = namedColour(c - 40);
    else if (c >= 100 && c <= 107) s.bg = namedColour(c - 92);
    else if (c === 49) s.bg = undefined;
    else if (c === 38) [s.fg, i] = extended(codes, i);
    else if (c === 48) [s.bg, i] = extended(codes, i);
  }
  return s;
}

const plain = (s: Style) => Object.values(s).every((v) => v === undefined);

// CSI, OSC and two-byte escapes; then the control characters a log viewer has no use for.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
const ESCAPE = /\x1b(?:\[([0-9;:]*)([@-~])|\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to drop
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/g;

/** Cuts a line into styled pieces. Colours are kept, every other escape sequence is dropped, nothing is markup. */
export function parseAnsi(line: string): Piece[] {
  if (!line.includes("\x1b")) return [{ text: line.replace(CONTROL, "") }];
  const pieces: Piece[] = [];
  let style: Style = {};
  let from = 0;
  const add = (raw: string) => {
    const text = raw.replace(CONTROL, "");
    if (text) pieces.push(plain(style) ? { text } : { text, style });
  };
  for (const match of line.matchAll(ESCAPE)) {
    add(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") style = apply(style, match[1] ?? "");
  }
  add(line.slice(from));
  return pieces;
}

export function stripAnsi(line: string): string {
  return line.replace(ESCAPE, "").replace(CONTROL, "");
}

/** The paper and the ink of a log, the same in both themes: programs choose their colours for dark screens. */
const INK: Rgb = [207, 221, 226];
const DIM: Rgb = [148, 168, 177];

/** The colours to draw a piece with; what could not be read is lightened or darkened until it can be. */
export function coloursOf(style: Style): { color?: string; backgroundColor?: string } {
  const fg = style.fg ?? (style.dim ? DIM : undefined);
  if (style.inverse) {
    const paper = fg ?? INK;
    return { color: css(readable(style.bg ?? [8, 16, 20], paper)), backgroundColor: css(paper) };
  }
  if (style.bg) return { color: css(readable(fg ?? INK, style.bg)), backgroundColor: css(style.bg) };
  return { color: fg && css(readable(fg)) };
}
