import { type LogLine, parseRecord, timeOf } from "./record";

/** Lines per sealed chunk. */
export const CHUNK_LINES = 16_384;
/** Most lines one view keeps; what it shares among several containers. */
export const MAX_LINES = 1_000_000;
const FIRST_BUFFER = 1 << 18;
const LF = 10;

export type Chunk = { bytes: Uint8Array; ends: Uint32Array; lines: number };

/**
 * A log as bytes and line ends: a million lines cost their bytes and four more each. Lines are decoded only when
 * they are seen. A line keeps its number, counted from the first ever read; the oldest chunks go when `max` lines
 * are passed, and `first` moves up.
 */
export class LogStore {
  readonly #max: number;
  #chunks: Chunk[] = [];
  #buffer = new Uint8Array(FIRST_BUFFER);
  #used = 0;
  #ends = new Uint32Array(CHUNK_LINES);
  #open = 0;
  #first = 0;
  #end = 0;
  #listeners = new Set<() => void>();

  constructor(max = MAX_LINES) {
    this.#max = max;
  }

  /** Number of the oldest line kept. */
  get first(): number {
    return this.#first;
  }

  /** One past the number of the newest line. */
  get end(): number {
    return this.#end;
  }

  get length(): number {
    return this.#end - this.#first;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  append(piece: Uint8Array): void {
    if (this.#used + piece.length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#used + piece.length));
      grown.set(this.#buffer.subarray(0, this.#used));
      this.#buffer = grown;
    }
    this.#buffer.set(piece, this.#used);
    let from = this.#used;
    this.#used += piece.length;
    // Only the used part may be searched; the rest of the buffer holds bytes of earlier chunks.
    let used = this.#buffer.subarray(0, this.#used);
    for (let end = used.indexOf(LF, from); end >= 0; end = used.indexOf(LF, from)) {
      this.#ends[this.#open++] = end;
      this.#end++;
      from = end + 1;
      if (this.#open === CHUNK_LINES) {
        this.#seal(from);
        used = this.#buffer.subarray(0, this.#used);
        from = 0;
      }
    }
    while (this.length > this.#max && this.#chunks.length > 0) {
      this.#chunks.shift();
      this.#first += CHUNK_LINES;
    }
    for (const listener of this.#listeners) listener();
  }

  line(n: number): LogLine {
    const [chunk, k] = this.#find(n);
    return parseRecord(chunk.bytes.subarray(startOf(chunk, k), chunk.ends[k]));
  }

  /** Time of a line in microseconds since 1970; a piece of a line has the time of what came before it. */
  time(n: number): number {
    for (let at = n; at >= this.#first; at--) {
      const [chunk, k] = this.#find(at);
      const time = timeOf(chunk.bytes, startOf(chunk, k));
      if (!Number.isNaN(time)) return time;
    }
    return 0;
  }

  /** Number of the first line at or after `time` (microseconds); lines are as good as sorted by it. */
  seek(time: number): number {
    let from = this.#first;
    let to = this.#end;
    while (from < to) {
      const mid = (from + to) >>> 1;
      if (this.time(mid) < time) from = mid + 1;
      else to = mid;
    }
    return from;
  }

  /** A copy of the records from `from` to before `to`, which lie in one chunk, line feeds included. */
  slice(from: number, to: number): Uint8Array<ArrayBuffer> {
    const [chunk, k] = this.#find(from);
    const last = k + (to - from) - 1;
    return chunk.bytes.slice(startOf(chunk, k), (chunk.ends[last] ?? 0) + 1);
  }

  /** Bytes of each chunk, oldest first, up to the last complete line. */
  *pieces(): Generator<Uint8Array> {
    for (const chunk of [...this.#chunks, this.#tail()])
      yield chunk.bytes.subarray(0, startOf(chunk, chunk.lines));
  }

  #tail(): Chunk {
    return { bytes: this.#buffer, ends: this.#ends, lines: this.#open };
  }

  #find(n: number): [Chunk, number] {
    const i = n - this.#first;
    const at = Math.floor(i / CHUNK_LINES);
    return [this.#chunks[at] ?? this.#tail(), i - at * CHUNK_LINES];
  }

  #seal(upTo: number): void {
    this.#chunks.push({
      bytes: this.#buffer.slice(0, upTo),
      ends: this.#ends.slice(),
      lines: CHUNK_LINES,
    });
    // The buffer stays: the next chunk is about as long.
    this.#buffer.copyWithin(0, upTo, this.#used);
    this.#used -= upTo;
    this.#open = 0;
  }
}

function startOf(chunk: Chunk, k: number): number {
  return k === 0 ? 0 : (chunk.ends[k - 1] ?? -1) + 1;
}
