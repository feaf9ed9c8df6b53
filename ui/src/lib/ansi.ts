/** What SGR escape sequences (ECMA-48, 8.3.117) can change about a piece of a log line. */
export type Style = {
  fg?: string;
  bg?: string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  inverse?: boolean;
};
export type Piece = { text: string; style?: Style };

/** The sixteen named colours are classes (`ansi-1`), so that they can differ by theme; the rest are `rgb()`. */
const cube = [0, 95, 135, 175, 215, 255];

function colour256(n: number): string | undefined {
  if (n < 0 || n > 255 || Number.isNaN(n)) return undefined;
  if (n < 16) return `ansi-${n}`;
  if (n >= 232) {
    const v = 8 + (n - 232) * 10;
    return `rgb(${v},${v},${v})`;
  }
  const i = n - 16;
  return `rgb(${cube[Math.floor(i / 36)]},${cube[Math.floor(i / 6) % 6]},${cube[i % 6]})`;
}

const channel = (n: number | undefined) => Math.min(255, Math.max(0, n ?? 0));

function extended(codes: number[], at: number): [string | undefined, number] {
  if (codes[at + 1] === 5) return [colour256(codes[at + 2] ?? -1), at + 2];
  if (codes[at + 1] === 2) {
    const [r, g, b] = [codes[at + 2], codes[at + 3], codes[at + 4]];
    return [`rgb(${channel(r)},${channel(g)},${channel(b)})`, at + 4];
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
    else if (c >= 30 && c <= 37) s.fg = `ansi-${c - 30}`;
    else if (c >= 90 && c <= 97) s.fg = `ansi-${c - 82}`;
    else if (c === 39) s.fg = undefined;
    else if (c >= 40 && c <= 47) s.bg = `ansi-${c - 40}`;
    else if (c >= 100 && c <= 107) s.bg = `ansi-${c - 92}`;
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
