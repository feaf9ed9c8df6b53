/** Sizes as people write them, in the engine's sense: a kilobyte has 1024 bytes. */
const powers: Record<string, number> = { "": 0, k: 1, m: 2, g: 3, t: 4 };
const words = ["B", "KB", "MB", "GB", "TB"] as const;

/** Bytes of "512 MB", "1.5g" or "64MiB". A number without a unit is refused: nobody means 512 bytes. */
export function parseSize(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(?:(b)|([kmgt])(?:i?b)?)$/i.exec(text.trim());
  if (!found) return undefined;
  const bytes = Number(found[1]) * 1024 ** (powers[(found[3] ?? "").toLowerCase()] ?? 0);
  return Number.isSafeInteger(Math.round(bytes)) ? Math.round(bytes) : undefined;
}

/** The shortest text that reads back as exactly these bytes. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && value % 1024 === 0 && unit < words.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value} ${words[unit]}`;
}

/** Words of a field that holds several: commas and white space part them. */
export const splitList = (text: string) => text.split(/[\s,]+/).filter(Boolean);
/** One entry for each line, for values that may hold spaces. */
export const splitLines = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
/** NET_ADMIN, however it was typed. */
export const capability = (text: string) => text.toUpperCase().replace(/^CAP_/, "");

export type Span = { first: number; last?: number };

/** One port or a range: "8080", "8000-8010". */
export function parsePorts(text: string): Span | undefined {
  const found = /^(\d{1,5})(?:\s*[-–]\s*(\d{1,5}))?$/.exec(text.trim());
  if (!found) return undefined;
  const first = Number(found[1]);
  const last = found[2] === undefined ? undefined : Number(found[2]);
  const fits = (n: number) => n >= 1 && n <= 65_535;
  if (!fits(first) || (last !== undefined && (!fits(last) || last < first))) return undefined;
  return last === undefined || last === first ? { first } : { first, last };
}

export const formatPorts = (first: number, last: number | undefined) =>
  last === undefined || last === first ? String(first) : `${first}-${last}`;

/** How many ports a span holds. */
export const width = ({ first, last }: Span) => (last ?? first) - first + 1;
