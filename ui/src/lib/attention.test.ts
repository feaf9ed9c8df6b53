import { describe, expect, it } from "vitest";
import { container, NOW } from "../../test/container";
import type { Operation } from "../api/types";
import { attention } from "./attention";

const up = { connected: true, since: "2026-11-24T00:00:00Z" };
const operation = (state: Operation["state"]): Operation => ({
  id: "01",
  kind: "create",
  title: "Create web",
  target: {},
  state,
  cause: "The disk is full.",
  steps: [],
  cancelRequested: false,
  cancellable: false,
  actor: "admin",
  createdAt: "2026-11-24T11:00:00Z",
});

const sick = container({
  id: "1",
  name: "b-sick",
  health: { status: "unhealthy", failingStreak: 3, reason: { output: "HTTP 502", exitCode: 1, at: "" } },
});
const ended = container({
  id: "2",
  name: "a-ended",
  state: "exited",
  exitCode: 3,
  finishedAt: "2026-11-24T10:00:00Z",
});
const loop = container({ id: "3", name: "c-loop", state: "restarting", restartCount: 4, exitCode: 1 });

describe("attention", () => {
  it("lists the worst first, each with its reason and next steps", () => {
    const items = attention(
      [ended, loop, sick, container({ id: "4" })],
      [operation("needsAttention")],
      up,
      NOW,
    );
    expect(items.map((i) => [i.title, i.text, i.actions.join()])).toEqual([
      ["Create web needs a look", "The disk is full.", ""],
      ["b-sick is unhealthy", "HTTP 502, 3 checks in a row.", "logs,restart"],
      ["c-loop keeps restarting", "4 restarts, last exit 1.", "logs,stop"],
      ["a-ended stopped with an error", "exit 3, 2 hours ago.", "logs,start"],
    ]);
  });

  it("says nothing about containers while the engine is away", () => {
    expect(attention([ended, sick], [], { ...up, connected: false }, NOW)).toEqual([]);
  });

  it("leaves operations alone that ended by themselves", () => {
    expect(
      attention([], [operation("rolledBack"), operation("succeeded"), operation("running")], up, NOW),
    ).toEqual([]);
  });

  it("gives a new trouble a new key, so that a dismissed one does not hide it", () => {
    const [first] = attention([ended], [], up, NOW);
    const [again] = attention([{ ...ended, finishedAt: "2026-11-24T11:00:00Z" }], [], up, NOW);
    expect(first?.key).not.toBe(again?.key);
  });

  it("warns before the memory is at its end", () => {
    const small = container({ id: "5", name: "d-small" });
    const tight = new Map([["5", { percent: 93, limit: 256 * 1024 * 1024 }]]);
    const items = attention([small], [], up, NOW, tight);
    expect(items.map((i) => i.title)).toEqual(["d-small is short of memory"]);
    expect(items[0]?.text).toContain("at 93% of its 256 MiB limit");
    expect(attention([{ ...small, state: "exited", exitCode: 0 }], [], up, NOW, tight)).toEqual([]);
  });
});
