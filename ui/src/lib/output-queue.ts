/** Bytes handed to the screen at a time; it draws these before it gets more. */
const SLICE = 256 * 1024;
/** With more than this waiting the sender is told to pause, and with less than that to go on. */
const HIGH = 1024 * 1024;
const LOW = 256 * 1024;

/** Feeds a screen no faster than it can draw, and has the sender wait meanwhile. Nothing is left out. */
export class OutputQueue {
  readonly #write: (bytes: Uint8Array, done: () => void) => void;
  readonly #pause: (paused: boolean) => void;
  #waiting: Uint8Array[] = [];
  #bytes = 0;
  #busy = false;
  #paused = false;
  #stopped = false;

  constructor(write: (bytes: Uint8Array, done: () => void) => void, pause: (paused: boolean) => void) {
    this.#write = write;
    this.#pause = pause;
  }

  push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    if (!this.#paused && this.#bytes > HIGH) this.#turn(true);
    if (!this.#busy) this.#next();
  }

  /** Another sender takes over; it is not paused. */
  renew(): void {
    this.#paused = false;
  }

  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  #turn(paused: boolean): void {
    this.#paused = paused;
    this.#pause(paused);
  }

  #next(): void {
    if (this.#stopped) return;
    const slice: Uint8Array[] = [];
    let size = 0;
    while (size < SLICE) {
      const piece = this.#waiting.shift();
      if (!piece) break;
      slice.push(piece);
      size += piece.length;
    }
    this.#bytes -= size;
    if (this.#paused && this.#bytes < LOW) this.#turn(false);
    this.#busy = size > 0;
    if (size === 0) return;
    const [only] = slice;
    this.#write(slice.length === 1 && only ? only : joined(slice, size), () => this.#next());
  }
}

function joined(pieces: Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
