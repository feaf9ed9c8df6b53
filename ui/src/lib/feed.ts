import type { ContainerStats, StatsHistory } from "../api/types";

/** Columns of a feed. */
export type Column = "cpu" | "memory" | "rx" | "tx" | "read" | "write";
export const columns: Column[] = ["cpu", "memory", "rx", "tx", "read", "write"];

type Values = (number | null)[];
export type Points = { at: number[] } & Record<Column, Values>;

/** Points further apart have a hole between them; of a chart in seconds the older part may be in tens of them. */
const LEAST_HOLE_S = 25;

const nothing = (): Points => ({ at: [], cpu: [], memory: [], rx: [], tx: [], read: [], write: [] });

/** What the charts of one page show: recorded points, with live ones added at the end. Times are in seconds. */
export class Feed {
  #points = nothing();
  #listeners = new Set<() => void>();
  #hole = LEAST_HOLE_S;
  #held: number | undefined;

  constructor(readonly spanSeconds: number) {}

  get points(): Points {
    return this.#points;
  }

  /** The moment the keyboard points at, in all charts of the page; the oldest point when it has passed. */
  get held(): number | undefined {
    return this.#held === undefined ? undefined : Math.max(this.#held, this.#points.at[0] ?? 0);
  }

  set held(at: number | undefined) {
    this.#held = at;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins with what was recorded. Live points that are newer stay. */
  load(history: StatsHistory): void {
    const live = this.#points;
    this.#points = nothing();
    this.#hole = Math.max(LEAST_HOLE_S, history.stepSeconds * 2.5);
    for (const [i, at] of history.at.entries()) this.#add(at / 1000, (column) => history[column][i] ?? null);
    const last = this.#points.at.at(-1) ?? 0;
    for (const [i, at] of live.at.entries()) {
      if (at > last && live.memory[i] !== null) this.#add(at, (column) => live[column][i] ?? null);
    }
    this.#tell();
  }

  append(sample: ContainerStats): void {
    const live: Record<Column, number | undefined> = {
      cpu: sample.cpuPercent,
      memory: sample.memoryBytes,
      rx: sample.rxPerSecond,
      tx: sample.txPerSecond,
      read: sample.readPerSecond,
      write: sample.writePerSecond,
    };
    this.#add(sample.at / 1000, (column) => live[column] ?? null);
    const from = sample.at / 1000 - this.spanSeconds;
    const old = this.#points.at.findIndex((at) => at >= from);
    if (old > 0) for (const list of Object.values(this.#points)) list.splice(0, old);
    this.#tell();
  }

  #add(at: number, value: (column: Column) => number | null): void {
    const last = this.#points.at.at(-1);
    if (last !== undefined && at <= last) return;
    // A line across a hole would tell of what nobody measured.
    if (last !== undefined && at - last > this.#hole) this.#push(last + 0.001, () => null);
    this.#push(at, value);
  }

  #push(at: number, value: (column: Column) => number | null): void {
    this.#points.at.push(at);
    for (const column of columns) this.#points[column].push(value(column));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Mean and highest of a column, and when the highest was. */
export function summary(
  at: number[],
  values: Values,
): { mean: number; most: number; when: number } | undefined {
  let sum = 0;
  let count = 0;
  let most = -1;
  let when = 0;
  values.forEach((value, i) => {
    if (value === null) return;
    sum += value;
    count++;
    if (value > most) {
      most = value;
      when = at[i] ?? 0;
    }
  });
  return count > 0 ? { mean: sum / count, most, when } : undefined;
}
