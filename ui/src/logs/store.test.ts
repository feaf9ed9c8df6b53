import { describe, expect, it } from "vitest";
import { justAfter } from "./read";
import { parseRecord, timeOf } from "./record";
import { RecordsToText, textOf } from "./save";
import { CHUNK_LINES, LogStore } from "./store";

const bytes = (text: string) => new TextEncoder().encode(text);
const T = "2026-11-24T12:00:00.000000001Z";

describe("records", () => {
  it.each([
    [`o${T} hello world`, { stream: "stdout", continued: false, time: T, text: "hello world" }],
    [`e${T} `, { stream: "stderr", continued: false, time: T, text: "" }],
    [`e${T}`, { stream: "stderr", continued: false, time: T, text: "" }],
    ["E rest of it", { stream: "stderr", continued: true, text: " rest of it" }],
    [`t${T} größe`, { stream: "tty", continued: false, time: T, text: "größe" }],
    ["no record", { stream: "stdout", continued: false, text: "no record" }],
  ])("%s", (record, line) => expect(parseRecord(bytes(record))).toEqual(line));

  it.each([
    "2026-11-24T12:00:00.000000001Z",
    "1970-01-01T00:00:00.000001000Z",
    "2024-02-29T23:59:59.999999999Z",
    "2026-11-24T12:00:00Z",
    "2026-11-24T12:00:00.5Z",
  ])("knows the time %s as the browser does", (time) => {
    const micros = timeOf(bytes(`xo${time} text`), 1);
    expect(Math.floor(micros / 1000)).toBe(Date.parse(time));
  });
  it("keeps microseconds", () =>
    expect(timeOf(bytes("o2026-11-24T12:00:00.123456789Z x"), 0) % 1e6).toBe(123_456));
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

  it("keeps order and numbers across chunks and drops the oldest chunk past its limit", () => {
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
    expect(store.end).toBe(total);
    expect(store.first % CHUNK_LINES).toBe(0);
    expect(store.length).toBeLessThanOrEqual(CHUNK_LINES * 2);
    expect(store.line(store.first).text).toBe(`line ${store.first}`);
    expect(store.line(store.end - 1).text).toBe(`line ${total - 1}`);
  });

  it("counts line ends once when old bytes lie behind the used part of the buffer", () => {
    const store = new LogStore();
    store.append(bytes(`o${T} a\n`.repeat(CHUNK_LINES + 10)));
    store.append(bytes(`o${T} b`));
    expect(store.length).toBe(CHUNK_LINES + 10);
  });

  it("copies records of one chunk for another thread", () => {
    const store = new LogStore();
    store.append(bytes("oa one\nob two\noc three\n"));
    expect(new TextDecoder().decode(store.slice(1, 3))).toBe("ob two\noc three\n");
  });

  it("finds the first line of a time, and gives pieces of lines the time before", () => {
    const store = new LogStore();
    for (let s = 0; s < 60; s++) {
      const second = String(s).padStart(2, "0");
      store.append(bytes(`o2026-11-24T12:00:${second}.000000000Z begins\nO goes on\n`));
    }
    expect(store.time(3)).toBe(store.time(2));
    expect(store.seek(Date.parse("2026-11-24T12:00:30Z") * 1000)).toBe(60);
    expect(store.seek(0)).toBe(0);
    expect(store.seek(Number.MAX_SAFE_INTEGER)).toBe(120);
  });
});

describe("what is saved", () => {
  const records = `o${T} long \nOline\ne${T} next\n`;
  it("joins pieces of lines, with times or without", async () => {
    const store = new LogStore();
    store.append(bytes(records));
    expect(await textOf(store, false).text()).toBe("long line\nnext\n");
    expect(await textOf(store, true).text()).toBe(`${T} long line\n${T} next\n`);
  });
  it("is the same however the records were cut", () => {
    const text = new RecordsToText(true);
    let out = "";
    const decoder = new TextDecoder();
    for (const b of bytes(records)) out += decoder.decode(text.push(Uint8Array.of(b)), { stream: true });
    out += decoder.decode(text.finish());
    expect(out).toBe(`${T} long line\n${T} next\n`);
  });
  it("is nothing when nothing was logged", () => expect(new RecordsToText(false).finish()).toHaveLength(0));
});

it.each([
  ["2026-11-24T12:00:00Z", "2026-11-24T12:00:00.000000001Z"],
  ["2026-11-24T12:00:00.5Z", "2026-11-24T12:00:00.500000001Z"],
  ["2026-11-24T12:00:00.999999999Z", "2026-11-24T12:00:00.999999999Z"],
])("goes on after %s", (time, next) => expect(justAfter(time)).toBe(next));
