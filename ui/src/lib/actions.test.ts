import { describe, expect, it } from "vitest";
import { container } from "../../test/container";
import type { Container } from "../api/types";
import { type Action, can, planBulk, webUiAddress } from "./actions";

const up = { connected: true, since: "" };
const actions: Action[] = [
  "open",
  "logs",
  "terminal",
  "start",
  "stop",
  "restart",
  "pause",
  "unpause",
  "kill",
  "rename",
  "remove",
];
const possible = (over: Partial<Container>, engine = up) =>
  actions.filter((a) => can(a, container(over), engine).ok).join(" ");

describe("can", () => {
  it.each<[string, Partial<Container>, string]>([
    ["running", {}, "logs terminal stop restart pause kill rename remove"],
    [
      "with a web UI",
      { webUi: { scheme: "http", port: 80, path: "/" } },
      "open logs terminal stop restart pause kill rename remove",
    ],
    ["stopped", { state: "exited" }, "logs start rename remove"],
    ["made only", { state: "created" }, "logs start rename remove"],
    ["paused", { state: "paused" }, "logs stop unpause kill rename remove"],
    ["restarting", { state: "restarting" }, "logs stop restart kill rename remove"],
    ["held by an operation", { operation: "01" }, "logs terminal"],
    ["being removed", { state: "removing" }, ""],
  ])("%s", (_, over, expected) => {
    expect(possible(over)).toBe(expected);
  });

  it("leaves only the web UI while Docker is away", () => {
    const webUi = { scheme: "http", port: 80, path: "/" };
    expect(possible({ webUi }, { connected: false, since: "" })).toBe("open");
  });

  it("gives a reason for every no", () => {
    for (const state of [
      "created",
      "running",
      "paused",
      "restarting",
      "removing",
      "exited",
      "dead",
    ] as const) {
      for (const action of actions) {
        const verdict = can(action, container({ state }), up);
        if (!verdict.ok) expect(verdict.reason).toMatch(/^[A-Z].{5,}/);
      }
    }
  });
});

it("a bulk action says what it leaves out and why", () => {
  const a = container({ id: "a", name: "a" });
  const b = container({ id: "b", name: "b", state: "exited" });
  const plan = planBulk("start", [a, b], up);
  expect(plan.go).toEqual([b]);
  expect(plan.skipped).toEqual([{ container: a, reason: "It is running already" }]);
});

describe("webUiAddress", () => {
  const at = (webUi: Container["webUi"]) => webUiAddress(container({ webUi }), "skerry.lan");
  it("is on the host of the page unless it names one", () => {
    expect(at({ scheme: "http", port: 8096, path: "/web" })).toBe("http://skerry.lan:8096/web");
    expect(at({ scheme: "https", host: "media.example", path: "ui" })).toBe("https://media.example/ui");
    expect(at(undefined)).toBeUndefined();
  });
  it("is never a script", () => {
    expect(at({ scheme: "javascript", path: "alert(1)" })).toBeUndefined();
  });
});
