import type { Job } from "./scan";

/**
 * A regular expression can take longer than the universe; this much and the thread is ended. Counted only for
 * those, and only once the thread is there: on a busy machine, loading its program alone can take as long.
 */
export const TIME_LIMIT_MS = 3000;

/** The work took too long and its thread was ended. */
export class TooSlow extends Error {}

type Waiting = { job: Job; done: (answer: never) => void; failed: (error: unknown) => void };

/** A worker that reads, one job after the other. It is begun when first needed, and again after it had to be ended. */
export class ScanThread {
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #ready = false;

  run<A>(job: Job): Promise<A> {
    return new Promise<A>((done, failed) => {
      this.#waiting.push({ job, done: done as (answer: never) => void, failed });
      this.#next();
    });
  }

  close(): void {
    this.#stop();
    this.#waiting = [];
  }

  #next(): void {
    const first = this.#waiting[0];
    if (this.#running || !first) return;
    this.#running = true;
    this.#worker ??= this.#begin();
    if (this.#ready) this.#limit(first.job);
    const transfer = first.job.kind === "scan" ? [first.job.bytes.buffer] : [];
    this.#worker.postMessage(first.job, transfer);
  }

  #limit(job: Job): void {
    if (job.pattern?.regex) this.#timer = setTimeout(() => this.#fail(new TooSlow()), TIME_LIMIT_MS);
  }

  #begin(): Worker {
    const worker = new Worker(new URL("./scan.worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => {
      if (!this.#ready) {
        this.#ready = true;
        if (this.#waiting[0]) this.#limit(this.#waiting[0].job);
        return;
      }
      clearTimeout(this.#timer);
      this.#running = false;
      this.#waiting.shift()?.done(data as never);
      this.#next();
    };
    worker.onerror = (event) => this.#fail(new Error(event.message || "The search could not be started."));
    return worker;
  }

  #fail(error: Error): void {
    this.#stop();
    this.#waiting.shift()?.failed(error);
    this.#next();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#running = false;
    this.#ready = false;
  }
}
