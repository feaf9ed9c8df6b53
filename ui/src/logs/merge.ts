import type { LogStore } from "./store";

/** A line of one of several logs: which log, and the number of the line in it. */
export type Ref = { source: number; n: number };

const SHIFT = 2 ** 32;

/**
 * The order of several logs by time. Places count up from the first line ever; what has lain in order once stays
 * where it is, and only the end is sorted anew when lines come late. Lines of one log keep their own order.
 */
export class MergedOrder {
  readonly #stores: readonly LogStore[];
  #refs = new Float64Array(1024);
  #length = 0;
  #base = 0;
  #next: number[];
  #first: number[];

  constructor(stores: readonly LogStore[]) {
    this.#stores = stores;
    this.#next = stores.map((s) => s.first);
    this.#first = stores.map((s) => s.first);
  }

  /** The first place there is. */
  get first(): number {
    return this.#base;
  }

  /** One past the last place. */
  get end(): number {
    return this.#base + this.#length;
  }

  at(place: number): Ref {
    const ref = this.#refs[place - this.#base] ?? 0;
    const source = Math.floor(ref / SHIFT);
    return { source, n: ref - source * SHIFT };
  }

  /** Takes in what is new. Answers the first place that changed. */
  update(): number {
    const dropped = this.#drop();
    let oldest = Number.POSITIVE_INFINITY;
    for (const [s, store] of this.#stores.entries()) {
      const next = this.#next[s] ?? 0;
      if (next < store.end) oldest = Math.min(oldest, store.time(next));
    }
    if (oldest === Number.POSITIVE_INFINITY) return dropped ? this.#base : this.end;
    while (this.#length > 0) {
      const { source, n } = this.at(this.end - 1);
      if ((this.#stores[source]?.time(n) ?? 0) <= oldest) break;
      this.#next[source] = n;
      this.#length--;
    }
    const changed = dropped ? this.#base : this.end;
    this.#append();
    return changed;
  }

  #append(): void {
    const heads = this.#stores.map((store, s) => {
      const next = this.#next[s] ?? 0;
      return next < store.end ? store.time(next) : Number.POSITIVE_INFINITY;
    });
    for (;;) {
      let source = 0;
      for (let s = 1; s < heads.length; s++) if ((heads[s] ?? 0) < (heads[source] ?? 0)) source = s;
      const store = this.#stores[source];
      if (!store || heads[source] === Number.POSITIVE_INFINITY) return;
      const n = this.#next[source] ?? 0;
      this.#push(source * SHIFT + n);
      this.#next[source] = n + 1;
      heads[source] = n + 1 < store.end ? store.time(n + 1) : Number.POSITIVE_INFINITY;
    }
  }

  #push(ref: number): void {
    if (this.#length === this.#refs.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#refs);
      this.#refs = grown;
    }
    this.#refs[this.#length++] = ref;
  }

  /** Lines a store let go of leave the order; they are the oldest, or close to them. */
  #drop(): boolean {
    const moved = this.#stores.some((store, s) => store.first > (this.#first[s] ?? 0));
    if (!moved) return false;
    let kept = 0;
    for (let i = 0; i < this.#length; i++) {
      const ref = this.#refs[i] ?? 0;
      const source = Math.floor(ref / SHIFT);
      if (ref - source * SHIFT >= (this.#stores[source]?.first ?? 0)) this.#refs[kept++] = ref;
    }
    this.#base += this.#length - kept;
    this.#length = kept;
    this.#first = this.#stores.map((s) => s.first);
    this.#next = this.#next.map((n, s) => Math.max(n, this.#first[s] ?? 0));
    return true;
  }
}
