import { describe, expect, it } from "vitest";
import { searchChunk } from "./log-search";
import { CHUNK_LINES, LogStore, parseRecord } from "./log-store";
import { justAfter } from "./log-stream";

const bytes = (text: string) => new TextEncoder().encode(text);
const T = "2026-11-24T12:00:00.000000001Z";

describe("parseRecord", () => {
  it.each([
    [`o${T} hello world`, { stream: "stdout", continued: false, time: T, text: "hello world" }],
    [`e${T} `, { stream: "stderr", continued: false, time: T, text: "" }],
    ["E rest of it", { stream: "stderr", continued: true, text: " rest of it" }],
    [`t${T} größe`, { stream: "tty", continued: false, time: T, text: "größe" }],
  ])("%s", (record, line) => expect(parseRecord(bytes(record))).toEqual(line));
});

describe("LogStore", () => {
  it("reads lines that come in any pieces, characters cut in two included", () => {
    const store = new LogStore();
    const all = bytes(`o${T} größe\ne${T} zwei\no${T} unfinished`);
    for (const b of all) store.append(Uint8Array.of(b));
    expect(store.length).toBe(2);
    expect(store.line(0).text).toBe("größe");
    expect(store.line(1)).toMatchObject({ stream: "stderr", text: "zwei" });
    store.append(bytes("\n"));
    expect(store.line(2).text).toBe("unfinished");
  });

  it("keeps order across chunks and drops the oldest chunk past its limit", () => {
    const store = new LogStore(CHUNK_LINES * 2);
    const total = CHUNK_LINES * 3 + 5;
    let text = "";
    for (let i = 0; i < total; i++) {
      text += `o${T} line ${i}\n`;
      if (i % 1000 === 999) {
        store.append(bytes(text));
        text = "";
      }
    }
    store.append(bytes(text));
    expect(store.length + store.dropped).toBe(total);
    expect(store.dropped % CHUNK_LINES).toBe(0);
    expect(store.length).toBeLessThanOrEqual(CHUNK_LINES * 2);
    expect(store.line(0).text).toBe(`line ${store.dropped}`);
    expect(store.line(store.length - 1).text).toBe(`line ${total - 1}`);
  });

  it("counts line ends once when old bytes lie behind the used part of the buffer", () => {
    const store = new LogStore();
    store.append(bytes(`o${T} a\n`.repeat(CHUNK_LINES + 10)));
    store.append(bytes(`o${T} b`));
    expect(store.length).toBe(CHUNK_LINES + 10);
  });

  it("joins continued records in what is downloaded", async () => {
    const store = new LogStore();
    store.append(bytes(`o${T} long \nOline\ne${T} next\n`));
    expect(await store.text(false).text()).toBe("long line\nnext\n");
    expect(await store.text(true).text()).toBe(`${T} long line\n${T} next\n`);
  });
});

it("searches a chunk without minding case or colours, from a line on", () => {
  const store = new LogStore();
  store.append(bytes(`o${T} Err\x1b[31mor\x1b[0m one\no${T} two\ne${T} ERROR three\n`));
  const [chunk] = store.chunks();
  if (!chunk) throw new Error("no chunk");
  expect(searchChunk(chunk, "error")).toEqual([0, 2]);
  expect(searchChunk(chunk, "error", 1)).toEqual([2]);
  expect(searchChunk(chunk, T)).toEqual([]);
});

it.each([
  ["2026-11-24T12:00:00Z", "2026-11-24T12:00:00.000000001Z"],
  ["2026-11-24T12:00:00.5Z", "2026-11-24T12:00:00.500000001Z"],
  ["2026-11-24T12:00:00.999999999Z", "2026-11-24T12:00:00.999999999Z"],
])("goes on after %s", (time, next) => expect(justAfter(time)).toBe(next));
