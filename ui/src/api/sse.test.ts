import { describe, expect, it } from "vitest";
import { EventParser } from "./sse";

const all = (text: string, size: number) => {
  const parser = new EventParser();
  const events = [];
  for (let i = 0; i < text.length; i += size) events.push(...parser.push(text.slice(i, i + size)));
  return events;
};

describe("EventParser", () => {
  const text =
    ': a comment\n\nevent: container\nid: 7\ndata: {"a":1}\n\ndata: one\ndata: two\n\nevent: reset\n\nid: 9\r\nevent: x\r\ndata:no space\r\n\r\n';
  const expected = [
    { name: "container", data: '{"a":1}', id: "7" },
    { name: "message", data: "one\ntwo", id: "7" },
    { name: "x", data: "no space", id: "9" },
  ];

  it.each([1, 2, 3, 7, 1000])("reads the same events in pieces of %i characters", (size) => {
    expect(all(text, size)).toEqual(expected);
  });

  it("waits for the blank line, and does not send an event without data", () => {
    const parser = new EventParser();
    expect(parser.push("event: a\ndata: 1\n")).toEqual([]);
    expect(parser.push("\n")).toEqual([{ name: "a", data: "1" }]);
    expect(parser.push("event: a\n\n")).toEqual([]);
  });

  it("skips a byte order mark, unknown fields and ids with a null character", () => {
    expect(all("\uFEFFdata: x\nretry: 5\nid: a\0b\n\n", 4)).toEqual([{ name: "message", data: "x" }]);
  });
});
