import { describe, expect, it } from "vitest";
import { container, NOW } from "../../test/container";
import type { Container } from "../api/types";
import { endedBadly, needsAttention, restartLoop, statusOf } from "./status";

const cases: [string, Partial<Container>, string][] = [
  ["running", {}, "run Running|12 days"],
  [
    "unhealthy",
    {
      health: {
        status: "unhealthy",
        failingStreak: 3,
        reason: { output: "HTTP 502\nmore", exitCode: 1, at: "" },
      },
    },
    "bad Unhealthy|HTTP 502",
  ],
  [
    "unhealthy in silence",
    { health: { status: "unhealthy", failingStreak: 3, reason: { output: " \n", exitCode: 2, at: "" } } },
    "bad Unhealthy|check ended with code 2",
  ],
  [
    "unhealthy, no reason yet",
    { health: { status: "unhealthy", failingStreak: 1 } },
    "bad Unhealthy|1 check failed",
  ],
  ["starting", { health: { status: "starting", failingStreak: 0 } }, "go Starting|first health check"],
  ["stopped", { state: "exited", exitCode: 0, finishedAt: "2026-11-24T07:00:00Z" }, "off Stopped|5 hours"],
  [
    "ended by SIGTERM",
    { state: "exited", exitCode: 143, finishedAt: "2026-11-24T11:59:00Z" },
    "off Stopped|1 min",
  ],
  ["failed", { state: "exited", exitCode: 3 }, "bad Failed|exit 3"],
  ["out of memory", { state: "exited", exitCode: 137, oomKilled: true }, "bad Failed|out of memory"],
  ["could not start", { state: "created", error: "no such device\nx" }, "bad Not started|no such device"],
  ["made only", { state: "created" }, "off Not started|23 days"],
  ["paused", { state: "paused" }, "off Paused|"],
  [
    "restarting once",
    { state: "restarting", restartCount: 1, exitCode: 1 },
    "go Restarting|exit 1, 1 restart",
  ],
  [
    "restarting again",
    { state: "restarting", restartCount: 5, exitCode: 1 },
    "bad Restarting|exit 1, 5 restarts",
  ],
];

describe("statusOf", () => {
  it.each(cases)("%s", (_, over, expected) => {
    const s = statusOf(container(over), NOW);
    expect(`${s.lamp} ${s.word}|${s.note}`).toBe(expected);
  });

  it("shows what was asked for until it is answered", () => {
    expect(statusOf(container(), NOW, "stop")).toEqual({ lamp: "go", word: "Stopping", note: "" });
  });
});

describe("trouble", () => {
  it("is an end nobody asked for", () => {
    expect(endedBadly(container({ state: "exited", exitCode: 137 }))).toBe(false);
    expect(endedBadly(container({ state: "exited", exitCode: 137, oomKilled: true }))).toBe(true);
    expect(endedBadly(container({ state: "exited", exitCode: 1 }))).toBe(true);
    expect(endedBadly(container({ state: "dead" }))).toBe(true);
    expect(endedBadly(container({ exitCode: 1 }))).toBe(false);
  });

  it("is a start after start within ten minutes", () => {
    const startedAt = "2026-11-24T11:55:00Z";
    expect(restartLoop(container({ restartCount: 3, startedAt }), NOW)).toBe(true);
    expect(restartLoop(container({ restartCount: 2, startedAt }), NOW)).toBe(false);
    expect(restartLoop(container({ restartCount: 9 }), NOW)).toBe(false);
  });

  it("is what the filter counts", () => {
    expect(needsAttention(container(), NOW)).toBe(false);
    expect(needsAttention(container({ health: { status: "unhealthy", failingStreak: 1 } }), NOW)).toBe(true);
  });
});
