import { type Level, levels } from "./levels";
import type { LineIndex } from "./line-index";
import { MergedOrder, type Ref } from "./merge";
import { Places } from "./places";
import type { LogStore } from "./store";

export type Lines = { store: LogStore; index: LineIndex };
export type RowFilter = {
  /** Levels to show; absent shows all. */
  levels?: ReadonlySet<Level>;
  /** Only lines that hold what is searched for. */
  onlyHits?: boolean;
};

/**
 * The rows of one view on one log, or on several merged by time: all lines, or those a filter lets through. A line
 * has a *place* that stays its own while lines are dropped in front of it; a *row* is its position on the screen.
 */
export class LogRows {
  readonly sources: readonly Lines[];
  readonly #merged: MergedOrder | undefined;
  readonly #shown = new Places();
  readonly #hits = new Places();
  #shownTo = 0;
  #hitsTo = 0;
  #filter: RowFilter = {};
  #pattern: unknown;

  constructor(sources: readonly Lines[]) {
    this.sources = sources;
    if (sources.length > 1) this.#merged = new MergedOrder(sources.map((s) => s.store));
    this.update();
  }

  get filtered(): boolean {
    return this.#filter.levels !== undefined || this.#filter.onlyHits === true;
  }

  /** First place there is, and one past the last. */
  get first(): number {
    return this.#merged?.first ?? this.sources[0]?.store.first ?? 0;
  }
  get end(): number {
    return this.#merged?.end ?? this.sources[0]?.store.end ?? 0;
  }

  get count(): number {
    return this.filtered ? this.#shown.length : this.end - this.first;
  }

  get hitCount(): number {
    return this.#hits.length;
  }

  place(row: number): number {
    return this.filtered ? (this.#shown.at(row) ?? this.end) : this.first + row;
  }

  /** The row of a place, or of the next line that is shown. */
  rowOf(place: number): number {
    return this.filtered ? this.#shown.search(place) : Math.max(0, place - this.first);
  }

  /** Which line of which log is at a place. */
  ref(place: number): Ref {
    return this.#merged?.at(place) ?? { source: 0, n: place };
  }

  level(ref: Ref): Level {
    return levels[this.sources[ref.source]?.index.level(ref.n) ?? 0] ?? "none";
  }

  hit(k: number): number | undefined {
    return this.#hits.at(k);
  }

  /** Which hit is the first at or after a place. */
  hitAt(place: number): number {
    return this.#hits.search(place);
  }

  /** The place of the first line at or after a time in microseconds. */
  seek(time: number): number {
    if (!this.#merged) return this.sources[0]?.store.seek(time) ?? 0;
    let from = this.first;
    let to = this.end;
    while (from < to) {
      const mid = Math.floor((from + to) / 2);
      if (this.timeOf(mid) < time) from = mid + 1;
      else to = mid;
    }
    return from;
  }

  /** Time of the line at a place, in microseconds since 1970. */
  timeOf(place: number): number {
    const { source, n } = this.ref(place);
    return this.sources[source]?.store.time(n) ?? 0;
  }

  setFilter(filter: RowFilter): void {
    this.#filter = filter;
    this.#forget();
    this.update();
  }

  /** Takes in what has come and what has been found out since. */
  update(): void {
    const pattern = this.sources[0]?.index.pattern;
    if (pattern !== this.#pattern) {
      this.#pattern = pattern;
      this.#forget();
    }
    if (this.#merged) {
      const changed = this.#merged.update();
      if (changed < Math.max(this.#shownTo, this.#hitsTo)) {
        this.#shown.dropFrom(changed);
        this.#hits.dropFrom(changed);
        this.#shownTo = Math.min(this.#shownTo, changed);
        this.#hitsTo = Math.min(this.#hitsTo, changed);
      }
    }
    const { first, end } = this;
    this.#shown.dropBefore(first);
    this.#hits.dropBefore(first);
    const { levels: wanted, onlyHits } = this.#filter;
    if (this.filtered)
      this.#shownTo = this.#read(Math.max(first, this.#shownTo), end, this.#shown, wanted, onlyHits === true);
    if (pattern) this.#hitsTo = this.#read(Math.max(first, this.#hitsTo), end, this.#hits, wanted, true);
  }

  /** Goes on as far as the index has come; answers where. */
  #read(
    from: number,
    end: number,
    into: Places,
    wanted: ReadonlySet<Level> | undefined,
    hits: boolean,
  ): number {
    for (let place = from; place < end; place++) {
      const ref = this.ref(place);
      const index = this.sources[ref.source]?.index;
      if (!index || (wanted && ref.n >= index.levelsTo) || (hits && ref.n >= index.hitsTo)) return place;
      if ((!wanted || wanted.has(this.level(ref))) && (!hits || index.isHit(ref.n))) into.push(place);
    }
    return end;
  }

  #forget(): void {
    this.#shown.clear();
    this.#hits.clear();
    this.#shownTo = 0;
    this.#hitsTo = 0;
  }
}
