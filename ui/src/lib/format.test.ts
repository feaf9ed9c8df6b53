import { describe, expect, it } from "vitest";
import { ago, dayLabel, disk, memoryParts, shortDigest, shortImage, since, span, took } from "./format";

const now = Date.parse("2026-11-24T12:00:00Z");

describe("times", () => {
  it.each([
    [0, "0 s"],
    [59.9, "59 s"],
    [60, "1 min"],
    [3599, "59 min"],
    [3600, "1 hour"],
    [7200, "2 hours"],
    [86_400, "1 day"],
    [41 * 86_400, "41 days"],
    [-5, "0 s"],
  ])("span of %d s", (seconds, text) => expect(span(seconds)).toBe(text));

  it("since and ago", () => {
    expect(since("2026-11-24T11:59:30Z", now)).toBe("just now");
    expect(since("2026-11-24T11:00:00Z", now)).toBe("1 hour");
    expect(since(undefined, now)).toBe("");
    expect(since("nonsense", now)).toBe("");
    expect(ago("2026-11-21T12:00:00Z", now)).toBe("3 days ago");
    expect(ago("2026-11-24T12:00:00Z", now)).toBe("just now");
  });

  it.each([
    [400, "0.4 s"],
    [9940, "9.9 s"],
    [12_300, "12 s"],
    [125_000, "2 min 05 s"],
  ])("took %i ms", (ms, text) => expect(took("2026-11-24T12:00:00Z", now + ms)).toBe(text));

  it("days", () => {
    const local = (d: number) => new Date(2026, 10, d, 9).toISOString();
    const at = new Date(2026, 10, 24, 12).getTime();
    expect(dayLabel(local(24), at)).toBe("Today");
    expect(dayLabel(local(23), at)).toBe("Yesterday");
    expect(dayLabel(local(20), at)).toBe("Friday");
    expect(dayLabel(local(1), at)).toBe("1 November");
    expect(dayLabel(new Date(2025, 0, 5).toISOString(), at)).toBe("5 January 2025");
  });
});

describe("sizes and names", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1 kB"],
    [840_000_000, "840 MB"],
    [1_040_000_000, "1.04 GB"],
    [12_400_000, "12.4 MB"],
  ])("%i bytes", (n, text) => expect(disk(n)).toBe(text));
  it("memory counts in 1024s", () => expect(memoryParts(33_400_000_000)).toEqual(["31.1", "GiB"]));
  it("short names", () => {
    expect(shortImage("docker.io/library/nginx:1.29")).toBe("nginx:1.29");
    expect(shortImage(`ghcr.io/a/b@sha256:${"a".repeat(64)}`)).toBe("ghcr.io/a/b");
    expect(shortDigest(`nginx@sha256:9f3c${"0".repeat(56)}e21a`)).toBe("9f3c…e21a");
  });
});
