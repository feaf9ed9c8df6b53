import { openLog } from "./read";
import { tagOf, textStart } from "./record";
import type { LogStore } from "./store";

const LF = 10;

/** Turns records into the lines of a text file, however they are cut; pieces of a long line become one again. */
export class RecordsToText {
  readonly #times: boolean;
  #rest = new Uint8Array(0);
  #begun = false;

  constructor(times: boolean) {
    this.#times = times;
  }

  push(piece: Uint8Array): Uint8Array<ArrayBuffer> {
    let bytes = piece;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + piece.length);
      bytes.set(this.#rest);
      bytes.set(piece, this.#rest.length);
    }
    // Each record loses its tag and gains at most the line feed in front of it.
    const out = new Uint8Array(bytes.length + 1);
    let used = 0;
    let from = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, from)) {
      const tag = tagOf(bytes[from]);
      if (this.#begun && !tag?.continued) out[used++] = LF;
      const start = this.#times && tag ? from + 1 : textStart(bytes, from, end);
      out.set(bytes.subarray(start, end), used);
      used += end - start;
      this.#begun = true;
      from = end + 1;
    }
    this.#rest = bytes.slice(from);
    return out.slice(0, used);
  }

  /** The end of the last line. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#begun ? Uint8Array.of(LF) : new Uint8Array(0);
  }
}

/** What is loaded, as text. */
export function textOf(store: LogStore, times: boolean): Blob {
  const text = new RecordsToText(times);
  const parts: BlobPart[] = [];
  for (const piece of store.pieces()) parts.push(text.push(piece));
  return new Blob([...parts, text.finish()], { type: "text/plain" });
}

export function offer(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

type Sink = {
  write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  close: () => Promise<void>;
  abort: () => Promise<void>;
};
type Picker = (options: { suggestedName: string }) => Promise<{ createWritable: () => Promise<Sink> }>;

/** Parts of this size are handed to the browser, which keeps them on disk. */
const PART = 4 << 20;

function blobSink(name: string): Sink {
  const parts: Blob[] = [];
  let open: BlobPart[] = [];
  let size = 0;
  const seal = () => {
    parts.push(new Blob(open));
    open = [];
    size = 0;
  };
  return {
    write: async (bytes) => {
      open.push(bytes);
      size += bytes.length;
      if (size >= PART) seal();
    },
    close: async () => {
      seal();
      offer(new Blob(parts, { type: "text/plain" }), name);
    },
    abort: async () => {
      parts.length = 0;
    },
  };
}

/**
 * Writes the whole log to a file as it comes: straight to the file where the browser can, through parts on disk
 * elsewhere. It needs memory for neither. Answers false when the person chose no file.
 */
export async function saveWhole(
  id: string,
  name: string,
  times: boolean,
  onBytes: (total: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const pick = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  let sink: Sink;
  try {
    sink = pick ? await (await pick({ suggestedName: name })).createWritable() : blobSink(name);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return false;
    sink = blobSink(name);
  }
  try {
    const text = new RecordsToText(times);
    const reader = (await openLog(id, {}, signal)).getReader();
    let total = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      total += value.length;
      await sink.write(text.push(value));
      onBytes(total);
    }
    await sink.write(text.finish());
    await sink.close();
    return true;
  } catch (error) {
    // Half a log must not look like a whole one.
    await sink.abort();
    throw error;
  }
}
