/** Bytes handed to the screen at a time; it draws these before it gets more. */
const SLICE = 256 * 1024;
/** Beyond this the oldest waiting output is left out: a socket in a browser cannot be told to wait. */
const LIMIT = 64 * 1024 * 1024;

/** Feeds a screen no faster than it can draw, and keeps what waits within bounds. */
export class OutputQueue {
  readonly #write: (bytes: Uint8Array | string, done: () => void) => void;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #skipped = 0;
  #busy = false;
  #stopped = false;

  constructor(write: (bytes: Uint8Array | string, done: () => void) => void) {
    this.#write = write;
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    while (this.#bytes > LIMIT && this.#waiting.length > 1) {
      const gone = this.#waiting.shift();
      if (!gone) break;
      this.#bytes -= gone.length;
      this.#skipped += gone.length;
    }
    if (!this.#busy) this.#next();
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  #next(): void {
    if (this.#stopped) return;
    if (this.#skipped > 0) {
      const note = `\r\n\x1b[0m\x1b[33m[${Math.ceil(this.#skipped / 1_000_000)} MB of output left out]\x1b[0m\r\n`;
      this.#skipped = 0;
      this.#busy = true;
      this.#write(note, () => this.#next());
      return;
    }
    const slice: Uint8Array[] = [];
    let size = 0;
    while (size < SLICE) {
      const piece = this.#waiting.shift();
      if (!piece) break;
      slice.push(piece);
      size += piece.length;
    }
    this.#bytes -= size;
    this.#busy = size > 0;
    if (size === 0) return;
    const [only] = slice;
    if (slice.length === 1 && only) {
      this.#write(only, () => this.#next());
      return;
    }
    const joined = new Uint8Array(size);
    let at = 0;
    for (const piece of slice) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.#write(joined, () => this.#next());
  }
}
