/**
 * International Code of Signals: the letters as square flags, the numerals as pennants, each in a 44 by 44 box.
 * P is the Blue Peter, which here means "update ready", so a name with P gets its initials instead.
 */
const B = "#2B5CB0";
const R = "#D24A3D";
const Y = "#EFC143";
const W = "#F3F5F2";
const K = "#182329";

/** One shape: a colour and the path it fills. */
export type Shape = { fill: string; d: string };
export type Flag = { shapes: Shape[]; pennant?: boolean };

const box = (fill: string, x: number, y: number, w: number, h: number): Shape => ({
  fill,
  d: `M${x} ${y}h${w}v${h}h${-w}z`,
});
const whole = (fill: string) => box(fill, 0, 0, 44, 44);
const rows = (...fills: string[]) => {
  const h = 44 / fills.length;
  return fills.map((fill, i) => box(fill, 0, i * h, 44, h));
};
const columns = (...fills: string[]) => {
  const w = 44 / fills.length;
  return fills.map((fill, i) => box(fill, i * w, 0, w, 44));
};
const quarters = (a: string, b: string, c: string, d: string) => [
  box(a, 0, 0, 22, 22),
  box(b, 22, 0, 22, 22),
  box(c, 0, 22, 22, 22),
  box(d, 22, 22, 22, 22),
];
const disc = (fill: string, r: number, cx = 22): Shape => ({
  fill,
  d: `M${cx - r} 22a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
});
const cross = (fill: string) => [box(fill, 17, 0, 10, 44), box(fill, 0, 17, 44, 10)];
const saltire = (fill: string): Shape => ({
  fill,
  d: "M0 0h7L22 15 37 0h7v7L29 22 44 37v7h-7L22 29 7 44H0v-7L15 22 0 7z",
});
const chequers = () => {
  const shapes = [whole(W)];
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 4; x++) if ((x + y) % 2 === 0) shapes.push(box(B, x * 11, y * 11, 11, 11));
  return shapes;
};
/** Ten diagonal stripes; the yellow one is uppermost at the hoist. */
const stripes = () => {
  const shapes = [whole(Y)];
  const step = 88 / 10;
  for (let i = 1; i < 10; i += 2) {
    const a = i * step;
    shapes.push({ fill: R, d: `M${a} 0L0 ${a}V${a + step}L${a + step} 0z` });
  }
  return shapes;
};
const swallowtail = "M0 0h44L32 22l12 22H0z";

const letters: Record<string, Shape[]> = {
  a: [{ fill: B, d: swallowtail }, box(W, 0, 0, 18, 44)],
  b: [{ fill: R, d: swallowtail }],
  c: rows(B, W, R, W, B),
  d: [whole(Y), box(B, 0, 10, 44, 24)],
  e: rows(B, R),
  f: [whole(W), { fill: R, d: "M22 0 44 22 22 44 0 22z" }],
  g: columns(Y, B, Y, B, Y, B),
  h: columns(W, R),
  i: [whole(Y), disc(K, 10)],
  j: rows(B, W, B),
  k: columns(Y, B),
  l: quarters(Y, K, K, Y),
  m: [whole(B), saltire(W)],
  n: chequers(),
  o: [whole(R), { fill: Y, d: "M0 0 44 44H0z" }],
  q: [whole(Y)],
  r: [whole(R), ...cross(Y)],
  s: [whole(W), box(B, 12, 12, 20, 20)],
  t: columns(R, W, B),
  u: quarters(R, W, W, R),
  v: [whole(W), saltire(R)],
  w: [whole(B), box(W, 9, 9, 26, 26), box(R, 16, 16, 12, 12)],
  x: [whole(W), ...cross(B)],
  y: stripes(),
  z: [
    { fill: K, d: "M0 0 22 22 0 44z" },
    { fill: Y, d: "M0 0H44L22 22z" },
    { fill: B, d: "M44 0V44L22 22z" },
    { fill: R, d: "M0 44 22 22 44 44z" },
  ],
};

const numerals: Record<string, Shape[]> = {
  "0": columns(Y, R, Y),
  "1": [whole(W), disc(R, 9, 15)],
  "2": [whole(B), disc(W, 9, 15)],
  "3": columns(R, W, B),
  "4": [whole(R), ...cross(W)],
  "5": columns(Y, B),
  "6": rows(K, W),
  "7": rows(Y, R),
  "8": [whole(W), ...cross(R)],
  "9": quarters(W, K, R, Y),
};

/** The flag of a name's first letter or digit, or nothing when it has none of its own. */
export function flagOf(name: string): Flag | undefined {
  const first = name.charAt(0).toLowerCase();
  const shapes = letters[first];
  if (shapes) return { shapes };
  const numeral = numerals[first];
  return numeral ? { shapes: numeral, pennant: true } : undefined;
}

/** One or two letters for a name without a flag: "paperless-ngx" gives "PN". */
export function initials(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const text =
    words.length > 1 ? `${[...(words[0] ?? "")][0]}${[...(words[1] ?? "")][0]}` : (words[0] ?? "?");
  return [...text].slice(0, 2).join("").toUpperCase();
}

const tints = ["#4B3C91", "#11536B", "#7A4A1E", "#1C6B45", "#2B5CB0", "#7A3350", "#3E5360", "#5A3E8C"];

/** The same name always gets the same ground. */
export function tintOf(name: string): string {
  let h = 7;
  for (const c of name) h = (h * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return tints[h % tints.length] ?? "#11536B";
}
