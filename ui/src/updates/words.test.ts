import { describe, expect, it } from "vitest";
import { NOW } from "../../test/container";
import { planOf, updateOf, updatesOf } from "../../test/update";
import type { UpdateStatus } from "../api/updates";
import { appliedWords, byUrgency, changesOf, compareAddress, groupOf, standingOf, summaryOf } from "./words";

describe("how a container stands", () => {
  it("says what is ready, until when it waits, and why nothing is known", () => {
    expect(standingOf(updateOf(), NOW)).toEqual({ word: "Update ready", note: "first seen 3 hours ago" });
    const available = { ...updateOf().available, readyAt: "2026-11-27T04:00:00" } as never;
    const waiting = standingOf(updateOf({ status: "waiting", available }), NOW);
    expect(waiting).toMatchObject({ word: "Waiting", note: "old enough on 27 Nov 2026, 04:00" });
    const unknown = standingOf(updateOf({ status: "unknown", reason: "No registry knows it." }), NOW);
    expect(unknown).toMatchObject({ word: "Not known", note: "No registry knows it.", bad: true });
    const refused = standingOf(updateOf({ status: "unsupported", reason: "It belongs to an app." }), NOW);
    expect(refused).toMatchObject({ word: "Not updated here", note: "It belongs to an app." });
  });
  it("does not hide that the last check failed", () => {
    const stale = standingOf(updateOf({ status: "current", reason: "The registry is away." }), NOW);
    expect(stale).toMatchObject({ note: "The last check failed: The registry is away.", bad: true });
    expect(standingOf(updateOf({ status: "current" }), NOW).bad).toBeUndefined();
  });
  it("has a place in the list, the most urgent first", () => {
    const all: UpdateStatus[] = ["current", "held", "available", "unknown", "waiting"];
    const list = all.map((status, i) => updateOf({ status, name: `c${i}` }));
    expect(list.sort(byUrgency).map((u) => u.status)).toEqual([
      "available",
      "waiting",
      "held",
      "unknown",
      "current",
    ]);
    expect(all.map((status) => groupOf({ status }))).toEqual([undefined, "held", "ready", "other", "held"]);
    const named = [updateOf({ name: "b10" }), updateOf({ name: "b9" })];
    expect(named.sort(byUrgency)[0]?.name).toBe("b9");
  });
});

it("sums up what is known", () => {
  expect(summaryOf(updatesOf([updateOf(), updateOf({ status: "current" })]), NOW)).toBe(
    "1 update ready · 2 containers · checked 5 min ago",
  );
  const never = updatesOf([], { checkedAt: undefined, nextRun: "2026-11-25T04:00:00" });
  expect(summaryOf(never, NOW)).toBe("0 containers · not checked yet · next check 25 Nov 2026, 04:00");
});

it("tells what changes from what the container has set itself", () => {
  const { changes, covered } = changesOf(
    planOf({
      changes: [
        { field: "env", name: "VERSION", before: "1", after: "2", effective: true },
        { field: "env", name: "TZ", before: "UTC", after: "CET", effective: false },
        { field: "ports", name: "81/tcp", after: "81/tcp", effective: true },
        { field: "user", before: "app", effective: true },
        { field: "novelty", before: "a", after: "b", effective: true },
      ],
    }),
  );
  expect(changes.map((c) => [c.group, c.label, c.kind])).toEqual([
    ["Environment", "VERSION", "changed"],
    ["Ports", "Port", "added"],
    ["Rights", "User", "removed"],
    ["Other", "novelty", "changed"],
  ]);
  expect(covered.map((c) => c.label)).toEqual(["TZ"]);
});

it("links to the changes of sources that have a page for them, and to nothing else", () => {
  const side = (source: string, revision: string) => ({ origin: { source, revision } });
  const between = (source: string, before = "0123abc", after = "4567def") =>
    compareAddress(side(source, before), side(source, after));
  expect(between("https://github.com/o/r")).toBe("https://github.com/o/r/compare/0123abc...4567def");
  expect(between("https://github.com/o/r.git")).toBe("https://github.com/o/r/compare/0123abc...4567def");
  expect(between("https://gitlab.com/o/r/")).toBe("https://gitlab.com/o/r/-/compare/0123abc...4567def");
  expect(between("https://example.org/o/r")).toBeUndefined();
  expect(between("https://github.com.example.org/o/r")).toBeUndefined();
  expect(between("https://github.com/o/r", "0123abc", "0123abc")).toBeUndefined();
  expect(between("https://github.com/o/r", "0123abc", "../../x")).toBeUndefined();
});

it("says what came of a wish for several", () => {
  const begun = [{ name: "a", operationId: "1" }];
  expect(appliedWords({ begun, refused: [] })).toBe("1 update begun.");
  expect(appliedWords({ begun: [], refused: [{ name: "b", reason: "no" }] })).toBe(
    "0 updates begun, 1 container left out.",
  );
  expect(appliedWords({ begun, refused: [], lost: true })).toContain("may be more");
});
