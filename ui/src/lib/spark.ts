/** How far back a sparkline reaches; not as far while there is less to show. */
const WINDOW_MS = 5 * 60_000;
const LEAST_WINDOW_MS = 30_000;
/** A line that only trembles shall not look like a storm. */
const LEAST_TOP = 12_500;

/** The last minutes of one number, drawn into an `<svg viewBox="0 0 100 100">` with an area and a line. */
export class Spark {
  #area: SVGPathElement | null | undefined;
  #line: SVGPathElement | null | undefined;
  #at: number[] = [];
  #values: number[] = [];

  /** With `top` the scale is fixed, else it follows the largest value. */
  constructor(
    svg: SVGSVGElement | null | undefined,
    private readonly top?: number,
  ) {
    [this.#area, this.#line] = svg ? [...svg.querySelectorAll("path")] : [];
  }

  push(at: number, value: number): void {
    const last = this.#at.at(-1);
    if (last !== undefined && at <= last) return;
    this.#at.push(at);
    this.#values.push(value);
    const old = this.#at.findIndex((t) => t >= at - WINDOW_MS);
    if (old > 0) {
      this.#at.splice(0, old);
      this.#values.splice(0, old);
    }
    this.#draw();
  }

  /** Puts what was recorded earlier in front. */
  before(at: number[], values: number[]): void {
    const first = this.#at[0] ?? Number.POSITIVE_INFINITY;
    const from = (this.#at.at(-1) ?? Date.now()) - WINDOW_MS;
    const keep = at.map((_, i) => i).filter((i) => (at[i] ?? 0) < first && (at[i] ?? 0) >= from);
    this.#at.unshift(...keep.map((i) => at[i] ?? 0));
    this.#values.unshift(...keep.map((i) => values[i] ?? 0));
    this.#draw();
  }

  #draw(): void {
    const paths = sparkPaths(this.#at, this.#values, this.top);
    this.#line?.setAttribute("d", paths.line);
    this.#area?.setAttribute("d", paths.area);
  }
}

export function sparkPaths(at: number[], values: number[], top?: number): { line: string; area: string } {
  const last = at.at(-1);
  if (last === undefined || at.length < 2) return { line: "", area: "" };
  const most = top ?? Math.max(LEAST_TOP, ...values) * 1.1;
  const window = Math.min(WINDOW_MS, Math.max(LEAST_WINDOW_MS, last - (at[0] ?? last)));
  const x = (t: number) => (100 - ((last - t) / window) * 100).toFixed(1);
  const y = (v: number) => (100 - Math.min(1, Math.max(0, v / most)) * 100).toFixed(1);
  const line = at.map((t, i) => `${i === 0 ? "M" : "L"}${x(t)} ${y(values[i] ?? 0)}`).join("");
  return { line, area: `${line}L100 100L${x(at[0] ?? last)} 100Z` };
}
