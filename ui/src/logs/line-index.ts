import { levels } from "./levels";
import type { Pattern, Range } from "./pattern";
import { HIT, LEVEL_BITS } from "./scan";
import { ScanThread, TooSlow } from "./scan-thread";
import { CHUNK_LINES, type LogStore } from "./store";

/** New lines wait for company this long, so that a busy log is not read a line at a time. */
const GATHER_MS = 200;
const MOST_MARKED = 2000;

/** What a worker has found out about the lines of one log: their levels, and which of them match. */
export class LineIndex {
  readonly #store: LogStore;
  readonly #thread = new ScanThread();
  readonly #flags = new Map<number, Uint8Array>();
  #pattern: Pattern | undefined;
  #levelsTo = 0;
  #hitsTo = 0;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #marks = new Map<string, Range[]>();
  #unmarked: string[] = [];
  #closed = false;
  #levelsFailed = false;
  #listeners = new Set<() => void>();
  /** Lines of each level among those kept. */
  readonly counts = levels.map(() => 0);
  /** Why the search stopped, in words. */
  problem: string | undefined;

  constructor(store: LogStore) {
    this.#store = store;
    store.subscribe(() => this.#soon());
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Lines before this number have a known level. */
  get levelsTo(): number {
    return this.#levelsTo;
  }

  /** Lines before this number have been searched. */
  get hitsTo(): number {
    return this.#hitsTo;
  }

  get pattern(): Pattern | undefined {
    return this.#pattern;
  }

  level = (n: number): number => this.#flag(n) & LEVEL_BITS;
  isHit = (n: number): boolean => (this.#flag(n) & HIT) !== 0;

  search(pattern: Pattern | undefined): void {
    this.#pattern = pattern;
    this.#hitsTo = 0;
    this.#marks = new Map();
    this.#unmarked = [];
    this.problem = undefined;
    for (const flags of this.#flags.values())
      for (let k = 0; k < flags.length; k++) flags[k] = (flags[k] ?? 0) & LEVEL_BITS;
    this.#tell();
    this.#soon(0);
  }

  /** Places to mark in a line, when they are known; asks for them when not. For regular expressions. */
  marks(text: string): Range[] | undefined {
    const known = this.#marks.get(text);
    if (known || !this.#pattern || this.problem) return known;
    if (this.#unmarked.length === 0) queueMicrotask(() => void this.#mark());
    this.#unmarked.push(text);
    return undefined;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#thread.close();
  }

  #flag(n: number): number {
    return this.#flags.get(Math.floor(n / CHUNK_LINES))?.[n % CHUNK_LINES] ?? 0;
  }

  #soon(ms = GATHER_MS): void {
    if (this.#running || this.#closed) return;
    if (ms === 0) clearTimeout(this.#timer);
    else if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#step();
    }, ms);
  }

  async #step(): Promise<void> {
    if (this.#running || this.#closed) return;
    this.#forget();
    const { end } = this.#store;
    const pattern = this.problem ? undefined : this.#pattern;
    // A search is waited for; levels can come after it.
    const searching = pattern !== undefined && this.#hitsTo < end;
    const from = searching ? this.#hitsTo : this.#levelsTo;
    if (from >= end || (!searching && this.#levelsFailed)) return;
    const forLevels = from === this.#levelsTo && !this.#levelsFailed;
    const to = Math.min(end, (Math.floor(from / CHUNK_LINES) + 1) * CHUNK_LINES);
    this.#running = true;
    try {
      const flags = await this.#thread.run<Uint8Array>({
        kind: "scan",
        bytes: this.#store.slice(from, to),
        lines: to - from,
        before: forLevels ? (from > this.#store.first ? this.level(from - 1) : 0) : undefined,
        pattern: searching ? pattern : undefined,
      });
      // Another search may have begun meanwhile; what was found belongs to the old one.
      const hits = searching && pattern === this.#pattern;
      this.#keep(from, flags, forLevels, hits);
      if (forLevels) this.#levelsTo = to;
      if (hits) this.#hitsTo = to;
    } catch (error) {
      if (!searching) this.#levelsFailed = true;
      if (pattern === this.#pattern) this.#refuse(error);
    } finally {
      this.#running = false;
    }
    this.#tell();
    this.#soon(
      this.#store.end - Math.min(this.#levelsTo, pattern ? this.#hitsTo : this.#levelsTo) > 4096
        ? 0
        : GATHER_MS,
    );
  }

  #keep(from: number, flags: Uint8Array, forLevels: boolean, hits: boolean): void {
    const chunk = Math.floor(from / CHUNK_LINES);
    let kept = this.#flags.get(chunk);
    if (!kept) {
      kept = new Uint8Array(CHUNK_LINES);
      this.#flags.set(chunk, kept);
    }
    const at = from % CHUNK_LINES;
    for (let k = 0; k < flags.length; k++) {
      const flag = flags[k] ?? 0;
      const i = at + k;
      if (forLevels) {
        kept[i] = ((kept[i] ?? 0) & HIT) | (flag & LEVEL_BITS);
        const level = flag & LEVEL_BITS;
        this.counts[level] = (this.counts[level] ?? 0) + 1;
      }
      if (hits && flag & HIT) kept[i] = (kept[i] ?? 0) | HIT;
    }
  }

  /** Lines that the store let go of are counted no more. */
  #forget(): void {
    const { first } = this.#store;
    for (const [chunk, flags] of this.#flags) {
      if (chunk * CHUNK_LINES >= first) break;
      const known = Math.min(CHUNK_LINES, this.#levelsTo - chunk * CHUNK_LINES);
      for (let k = 0; k < known; k++) {
        const level = (flags[k] ?? 0) & LEVEL_BITS;
        this.counts[level] = (this.counts[level] ?? 1) - 1;
      }
      this.#flags.delete(chunk);
    }
    this.#levelsTo = Math.max(this.#levelsTo, first);
    this.#hitsTo = Math.max(this.#hitsTo, first);
  }

  async #mark(): Promise<void> {
    const pattern = this.#pattern;
    const texts = [...new Set(this.#unmarked)];
    this.#unmarked = [];
    if (!pattern) return;
    try {
      const found = await this.#thread.run<Range[][]>({ kind: "mark", texts, pattern });
      if (pattern !== this.#pattern) return;
      if (this.#marks.size > MOST_MARKED) this.#marks = new Map();
      for (const [i, text] of texts.entries()) this.#marks.set(text, found[i] ?? []);
    } catch (error) {
      if (pattern === this.#pattern) this.#refuse(error);
    }
    this.#tell();
  }

  #refuse(error: unknown): void {
    this.problem =
      error instanceof TooSlow
        ? "This pattern takes too long. Repetition inside repetition, like (a+)+, is the usual cause."
        : error instanceof Error
          ? error.message
          : String(error);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
