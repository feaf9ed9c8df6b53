/** Lines per sealed chunk. */
export const CHUNK_LINES = 16_384;
const FIRST_BUFFER = 1 << 18;

export type Stream = "stdout" | "stderr" | "tty";
export type LogLine = {
  stream: Stream;
  /** The rest of a line that was longer than one record; it has no time of its own. */
  continued: boolean;
  /** RFC 3339 with nanoseconds, as the agent sent it. */
  time?: string;
  text: string;
};

export type Chunk = { bytes: Uint8Array; ends: Uint32Array; lines: number };

const decoder = new TextDecoder();
const SPACE = 32;
const LF = 10;

const tags: Record<number, { stream: Stream; continued: boolean }> = {
  111: { stream: "stdout", continued: false },
  79: { stream: "stdout", continued: true },
  101: { stream: "stderr", continued: false },
  69: { stream: "stderr", continued: true },
  116: { stream: "tty", continued: false },
  84: { stream: "tty", continued: true },
};

/** Splits one record (tag, time, text; no line feed) into its parts. */
export function parseRecord(bytes: Uint8Array): LogLine {
  const tag = tags[bytes[0] ?? 0];
  if (!tag) return { stream: "stdout", continued: false, text: decoder.decode(bytes) };
  if (tag.continued) return { ...tag, text: decoder.decode(bytes.subarray(1)) };
  const space = bytes.indexOf(SPACE, 1);
  if (space < 0) return { ...tag, time: decoder.decode(bytes.subarray(1)), text: "" };
  return {
    ...tag,
    time: decoder.decode(bytes.subarray(1, space)),
    text: decoder.decode(bytes.subarray(space + 1)),
  };
}

/**
 * A log as bytes and line ends: a million lines cost their bytes and four more each. Lines are decoded only when
 * they are seen. Oldest chunks go first when `max` lines are passed; `dropped` counts them.
 */
export class LogStore {
  readonly #max: number;
  #chunks: Chunk[] = [];
  #buffer = new Uint8Array(FIRST_BUFFER);
  #used = 0;
  #ends = new Uint32Array(CHUNK_LINES);
  #open = 0;
  #total = 0;
  #version = 0;
  dropped = 0;
  #listeners = new Set<() => void>();

  constructor(max = 1_000_000) {
    this.#max = max;
  }

  get length(): number {
    return this.#total;
  }

  get version(): number {
    return this.#version;
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
    for (;;) {
      // Only the used part may be searched; the rest of the buffer holds bytes of earlier chunks.
      const end = this.#buffer.subarray(0, this.#used).indexOf(LF, from);
      if (end < 0) break;
      this.#ends[this.#open++] = end;
      this.#total++;
      from = end + 1;
      if (this.#open === CHUNK_LINES) {
        this.#seal(from);
        from = 0;
      }
    }
    while (this.#total > this.#max && this.#chunks.length > 0) {
      const gone = this.#chunks.shift();
      if (!gone) break;
      this.#total -= gone.lines;
      this.dropped += gone.lines;
    }
    this.#changed();
  }

  clear(): void {
    this.#chunks = [];
    this.#buffer = new Uint8Array(FIRST_BUFFER);
    this.#used = 0;
    this.#open = 0;
    this.#total = 0;
    this.dropped = 0;
    this.#changed();
  }

  /** Line `i`, counted from the oldest kept line. */
  line(i: number): LogLine {
    const [chunk, k] = this.#find(i);
    return parseRecord(chunk.bytes.subarray(k === 0 ? 0 : (chunk.ends[k - 1] ?? -1) + 1, chunk.ends[k]));
  }

  /** Sealed chunks and the open one, oldest first, as they are now. */
  chunks(): Chunk[] {
    return [...this.#chunks, this.#tail()];
  }

  /** Everything kept, as text for a file: one line per record, continuations joined to their line. */
  text(withTimes: boolean): Blob {
    const parts: string[] = [];
    let text = "";
    for (let i = 0; i < this.#total; i++) {
      const line = this.line(i);
      const head = i === 0 ? "" : line.continued ? "" : "\n";
      text += `${head}${withTimes && line.time ? `${line.time} ` : ""}${line.text}`;
      if (text.length > 1 << 20) {
        parts.push(text);
        text = "";
      }
    }
    return new Blob([...parts, text, this.#total > 0 ? "\n" : ""], { type: "text/plain" });
  }

  #tail(): Chunk {
    return { bytes: this.#buffer.subarray(0, this.#used), ends: this.#ends, lines: this.#open };
  }

  #find(i: number): [Chunk, number] {
    const at = Math.floor(i / CHUNK_LINES);
    return [this.#chunks[at] ?? this.#tail(), i - at * CHUNK_LINES];
  }

  #seal(upTo: number): void {
    this.#chunks.push({
      bytes: this.#buffer.slice(0, upTo),
      ends: this.#ends.slice(),
      lines: this.#open,
    });
    const rest = this.#buffer.slice(upTo, this.#used);
    this.#buffer = new Uint8Array(Math.max(FIRST_BUFFER, rest.length * 2));
    this.#buffer.set(rest);
    this.#used = rest.length;
    this.#open = 0;
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
