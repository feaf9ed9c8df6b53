import { ApiError, isAbort } from "../api/errors";
import type { Container } from "../api/types";
import { LineIndex } from "./line-index";
import { type LogPart, readLog } from "./read";
import { LogStore } from "./store";

export type LogPhase =
  /** What was logged before is on its way. */
  | { kind: "loading" }
  | { kind: "following" }
  /** The container stopped, or the log was read to its end. */
  | { kind: "ended" }
  /** A person said that this is enough. */
  | { kind: "stopped" }
  | { kind: "broken"; error: unknown };

const RETRY_MS = 1000;
/** A pause this long, or a line as fresh as this, means that what comes now is new. */
const CAUGHT_UP_MS = 400;
const FRESH_MS = 1500;

/** One container's log in memory: read, kept up to date, and read on after it broke off. */
export class LogSource {
  readonly part: LogPart;
  readonly store: LogStore;
  readonly index: LineIndex;
  phase: LogPhase = { kind: "loading" };
  #id = "";
  #run = "";
  #control: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<() => void>();

  constructor(part: LogPart, max: number) {
    this.part = part;
    this.store = new LogStore(max);
    this.index = new LineIndex(this.store);
    this.store.subscribe(this.#came);
    this.index.subscribe(this.#tell);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the log of `container`. A new start of it, or its successor of the same name, is more of the same log. */
  read(container: Pick<Container, "id" | "startedAt">): void {
    const run = `${container.id} ${container.startedAt ?? ""}`;
    if (run === this.#run) return;
    this.#run = run;
    this.#id = container.id;
    this.again();
  }

  again(): void {
    this.stop();
    const control = new AbortController();
    this.#control = control;
    this.#turn({ kind: "loading" });
    this.#wait();
    readLog(this.#id, this.store, this.part, control.signal).then(
      () => !control.signal.aborted && this.#turn({ kind: "ended" }),
      (error: unknown) => {
        if (isAbort(error) || control.signal.aborted) return;
        this.#turn({ kind: "broken", error });
        // A refusal stays one; a broken connection is worth another try, from the last line on.
        if (!(error instanceof ApiError)) this.#timer = setTimeout(() => this.again(), RETRY_MS);
      },
    );
  }

  /** No more of what was logged before. Reading on begins where it stopped. */
  stopLoading(): void {
    this.stop();
    this.#turn({ kind: "stopped" });
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#quiet);
    this.#control?.abort();
    this.#control = undefined;
  }

  close(): void {
    this.stop();
    this.#run = "";
    this.index.close();
  }

  #came = () => {
    if (this.phase.kind === "loading") {
      const newest = this.store.time(this.store.end - 1) / 1000;
      if (Date.now() - newest < FRESH_MS) this.#turn({ kind: "following" });
      else this.#wait();
    }
    this.#tell();
  };

  #wait(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      if (this.phase.kind === "loading" && this.store.length > 0) this.#turn({ kind: "following" });
    }, CAUGHT_UP_MS);
  }

  #turn(phase: LogPhase): void {
    clearTimeout(this.#quiet);
    this.phase = phase;
    this.#tell();
  }

  #tell = () => {
    for (const listener of this.#listeners) listener();
  };
}
