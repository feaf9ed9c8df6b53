/** Bytes of one message; a key pressed meanwhile waits no longer than it takes to send one. */
const SLICE = 16 * 1024;
/** With more than this not yet taken by the network the rest waits here, where it can be given up. */
const HIGH = 64 * 1024;
const AGAIN_MS = 8;

/** Where bytes go: a WebSocket, or something like it. */
export type Outlet = { send: (bytes: Uint8Array<ArrayBuffer>) => void; bufferedAmount: number };
/** How far a large piece of input has come; nothing when there is none under way. */
export type InputProgress = { sent: number; total: number } | undefined;

/** Sends input in order and no faster than the other side takes it, so that a paste of any size arrives whole. */
export class InputQueue {
  readonly #onProgress: (progress: InputProgress) => void;
  #outlet: Outlet | undefined;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #sent = 0;
  #total = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onProgress: (progress: InputProgress) => void) {
    this.#onProgress = onProgress;
  }

  /** What was typed before there was somewhere to send it goes first. */
  open(outlet: Outlet): void {
    this.#outlet = outlet;
    this.#go();
  }

  push(bytes: Uint8Array<ArrayBuffer>): void {
    this.#waiting.push(bytes);
    this.#total += bytes.length;
    if (this.#timer === undefined) this.#go();
  }

  /** Gives up what has not been sent. True when there was something. */
  cancel(): boolean {
    const some = this.#waiting.length > 0;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
    this.#done();
    return some;
  }

  close(): void {
    this.cancel();
    this.#outlet = undefined;
  }

  #go(): void {
    this.#timer = undefined;
    const outlet = this.#outlet;
    if (!outlet) return;
    while (outlet.bufferedAmount < HIGH) {
      const first = this.#waiting[0];
      if (!first) break;
      outlet.send(first.subarray(0, SLICE));
      this.#sent += Math.min(SLICE, first.length);
      if (first.length > SLICE) this.#waiting[0] = first.subarray(SLICE);
      else this.#waiting.shift();
    }
    if (this.#waiting.length === 0) {
      this.#done();
      return;
    }
    this.#onProgress({ sent: this.#sent, total: this.#total });
    this.#timer = setTimeout(() => this.#go(), AGAIN_MS);
  }

  #done(): void {
    this.#sent = 0;
    this.#total = 0;
    this.#onProgress(undefined);
  }
}
