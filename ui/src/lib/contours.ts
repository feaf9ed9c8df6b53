/**
 * The sea chart behind the server's name: a fixed height field of a few smooth hills, cut into contour lines by
 * marching squares. The same every time, and cheap enough to make when it is first shown.
 */
const STEP = 11;
export const CHART = { width: 1210, height: 242 };
const COLS = CHART.width / STEP + 1;
const ROWS = CHART.height / STEP + 1;

/** Hills and hollows: centre, reach and height. Depth falls with the value; land is above 0.9. */
const hills: [x: number, y: number, rx: number, ry: number, h: number][] = [
  [860, 120, 190, 110, 0.86],
  [985, 62, 90, 60, 0.42],
  [820, 168, 80, 50, 0.34],
  [1180, 215, 150, 60, 0.5],
  [1050, 30, 120, 60, 0.3],
  [640, 40, 120, 60, 0.14],
  [430, 170, 150, 70, 0.2],
  [170, 55, 120, 60, 0.22],
  [300, 210, 140, 50, 0.16],
  [560, 225, 90, 40, -0.1],
  [320, 90, 110, 50, -0.12],
  [90, 200, 90, 60, 0.12],
];

export function heightAt(x: number, y: number): number {
  let v = 0.1 + 0.22 * (x / CHART.width);
  for (const [cx, cy, rx, ry, h] of hills) v += h * Math.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2);
  // Two slow ripples keep the lines from looking drawn with a compass.
  v += 0.035 * Math.sin(x / 47 + 1.3 * Math.sin(y / 31)) + 0.03 * Math.sin(y / 22 + x / 83);
  return v;
}

type Point = [number, number];

function field(): Float64Array {
  const values = new Float64Array(COLS * ROWS);
  for (let j = 0; j < ROWS; j++)
    for (let i = 0; i < COLS; i++) values[j * COLS + i] = heightAt(i * STEP, j * STEP);
  return values;
}

const values = { now: undefined as Float64Array | undefined };

/** Closed loops of the area above `level`. Outside the field counts as below, so every loop closes at the border. */
export function loopsAbove(level: number): Point[][] {
  values.now ??= field();
  const f = values.now;
  const at = (i: number, j: number) =>
    i < 0 || j < 0 || i >= COLS || j >= ROWS ? -1 : ((f[j * COLS + i] ?? 0) as number);
  const next = new Map<string, string>();
  const points = new Map<string, Point>();
  // A crossing is named by its edge, so that neighbouring cells agree on it.
  const crossing = (i: number, j: number, k: number, l: number): string => {
    const swap = k < i || l < j;
    const [a, b, c, d] = swap ? [k, l, i, j] : [i, j, k, l];
    const key = `${a},${b},${c},${d}`;
    if (!points.has(key)) {
      const va = at(a, b);
      const t = (level - va) / (at(c, d) - va);
      const clamp = (n: number, max: number) => Math.min(max, Math.max(0, n));
      points.set(key, [
        clamp((a + (c - a) * t) * STEP, CHART.width),
        clamp((b + (d - b) * t) * STEP, CHART.height),
      ]);
    }
    return key;
  };
  for (let j = -1; j < ROWS; j++) {
    for (let i = -1; i < COLS; i++) {
      const corners: [number, number][] = [
        [i, j],
        [i + 1, j],
        [i + 1, j + 1],
        [i, j + 1],
      ];
      const above = corners.map(([x, y]) => at(x, y) >= level);
      // Walk the cell's border clockwise: each way out of the area is joined to the way in before it.
      let enter: string | undefined;
      let firstExit: string | undefined;
      for (let s = 0; s < 4; s++) {
        const from = corners[s];
        const to = corners[(s + 1) % 4];
        if (!from || !to || above[s] === above[(s + 1) % 4]) continue;
        const key = crossing(from[0], from[1], to[0], to[1]);
        if (!above[s]) enter = key;
        else if (enter) {
          next.set(key, enter);
          enter = undefined;
        } else firstExit = key;
      }
      if (firstExit && enter) next.set(firstExit, enter);
    }
  }
  const loops: Point[][] = [];
  while (next.size > 0) {
    const [start] = next.keys();
    const loop: Point[] = [];
    let key = start;
    while (key !== undefined && next.has(key)) {
      const p = points.get(key);
      if (p) loop.push(p);
      const to: string | undefined = next.get(key);
      next.delete(key);
      key = to;
    }
    if (loop.length > 3) loops.push(loop);
  }
  return loops;
}

const r = (n: number) => Math.round(n * 10) / 10;

/** Loops as one smooth path: the crossings are control points, the curve passes through the midpoints. */
export function pathAbove(level: number): string {
  return loopsAbove(level)
    .map((loop) => {
      const mid = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
      const first = loop[0] as Point;
      const last = loop[loop.length - 1] as Point;
      const [sx, sy] = mid(last, first);
      const curves = loop.map((p, k) => {
        const [mx, my] = mid(p, loop[(k + 1) % loop.length] as Point);
        return `Q${r(p[0])} ${r(p[1])} ${r(mx)} ${r(my)}`;
      });
      return `M${r(sx)} ${r(sy)}${curves.join("")}z`;
    })
    .join("");
}

export type ChartPath = { kind: "depth" | "shoal" | "land"; d: string };
let cached: ChartPath[] | undefined;

export function chartPaths(): ChartPath[] {
  cached ??= [
    ...[0.16, 0.24, 0.32, 0.42, 0.54].map((l) => ({ kind: "depth" as const, d: pathAbove(l) })),
    ...[0.66, 0.82].map((l) => ({ kind: "shoal" as const, d: pathAbove(l) })),
    { kind: "land", d: pathAbove(1.04) },
  ];
  return cached;
}

/** Soundings, in no unit a sailor would trust. */
export const soundings: [x: number, y: number, text: string][] = [
  [520, 62, "14"],
  [640, 150, "11"],
  [388, 112, "18"],
  [276, 66, "21"],
  [716, 50, "6"],
  [905, 214, "4"],
  [580, 196, "12"],
  [160, 160, "9"],
  [470, 180, "16"],
  [330, 190, "10"],
];
