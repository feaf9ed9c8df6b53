/** Makes colours that programs chose for some screen readable on this one. */
export type Rgb = readonly [number, number, number];

/** What a log stands on in both themes. */
const PAPER: Rgb = [12, 22, 27];
const LEAST = 4.6;

const cube = [0, 95, 135, 175, 215, 255];
/** The sixteen named colours, as the style sheet has them. */
const named: Rgb[] = [
  [140, 157, 166],
  [255, 128, 119],
  [127, 201, 165],
  [240, 185, 77],
  [143, 180, 255],
  [213, 155, 240],
  [111, 207, 216],
  [207, 221, 226],
  [130, 150, 160],
  [255, 162, 155],
  [165, 227, 196],
  [255, 210, 125],
  [181, 204, 255],
  [230, 191, 248],
  [160, 230, 236],
  [255, 255, 255],
];

export function colour256(n: number): Rgb | undefined {
  if (!(n >= 0 && n <= 255)) return undefined;
  if (n < 16) return named[n];
  if (n >= 232) {
    const v = 8 + (n - 232) * 10;
    return [v, v, v];
  }
  const i = n - 16;
  return [cube[Math.floor(i / 36)] ?? 0, cube[Math.floor(i / 6) % 6] ?? 0, cube[i % 6] ?? 0];
}

export const namedColour = (n: number): Rgb => named[n] ?? PAPER;

function luminance([r, g, b]: Rgb): number {
  const part = (v: number) => (v <= 10.3 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}

/** Contrast of WCAG 2, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const mix = (a: Rgb, b: Rgb, share: number): Rgb => {
  const one = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * share);
  return [one(0), one(1), one(2)];
};

/** `colour` moved towards white or black, no further than needed, until it can be read on `paper`. */
export function readable(colour: Rgb, paper: Rgb = PAPER): Rgb {
  if (contrast(colour, paper) >= LEAST) return colour;
  const goal: Rgb =
    contrast([255, 255, 255], paper) > contrast([0, 0, 0], paper) ? [255, 255, 255] : [0, 0, 0];
  for (let share = 0.1; share < 1; share += 0.1) {
    const mixed = mix(colour, goal, share);
    if (contrast(mixed, paper) >= LEAST) return mixed;
  }
  return goal;
}

export const css = ([r, g, b]: Rgb) => `rgb(${r},${g},${b})`;
