import { beforeEach, expect, it } from "vitest";
import {
  activateTab,
  clearDock,
  closeTab,
  dock,
  openLogs,
  openTerminal,
  restored,
  setDockMode,
  setLogs,
} from "./state";

const web = { id: "1", name: "web" };
const db = { id: "2", name: "db" };
const kinds = () =>
  dock.get().tabs.map((t) => (t.kind === "logs" ? t.containers.map((c) => c.name).join() : "term"));

beforeEach(clearDock);

it("opens each log once, and as many terminals as are asked for", () => {
  openLogs([web]);
  openTerminal(web);
  openLogs([web]);
  expect(kinds()).toEqual(["web", "term"]);
  expect(dock.get().active).toBe(dock.get().tabs[0]?.key);
  openTerminal(web);
  expect(kinds()).toEqual(["web", "term"]);
  openTerminal(web, { user: "root" }, true);
  expect(kinds()).toEqual(["web", "term", "term"]);
});

it("shows itself again when something is opened in it", () => {
  openLogs([web]);
  setDockMode("small");
  openLogs([db]);
  expect(dock.get().mode).toBe("open");
});

it("goes to the neighbour when a tab is closed, and away with the last one", () => {
  openLogs([web]);
  openLogs([db]);
  openTerminal(db);
  const [first, second, third] = dock.get().tabs;
  activateTab(second?.key ?? "");
  closeTab(second?.key ?? "");
  expect(dock.get().active).toBe(third?.key);
  closeTab(third?.key ?? "");
  expect(dock.get().active).toBe(first?.key);
  closeTab(first?.key ?? "");
  expect(dock.get()).toMatchObject({ tabs: [], active: undefined });
});

it("keeps logs, side by side too, over a reload, and no terminals", () => {
  openLogs([web]);
  setLogs(dock.get().tabs[0]?.key ?? "", [web, db]);
  openTerminal(web);
  const kept = JSON.parse(sessionStorage.getItem("harbourmaster.dock") ?? "{}");
  expect(restored(kept)).toMatchObject({ tabs: [{ kind: "logs", containers: [web, db] }], mode: "open" });
});

it.each([
  [{}],
  [{ tabs: "x" }],
  [{ tabs: [null, { kind: "logs" }, { kind: "logs", key: "a", containers: [{}] }] }],
])("takes nothing from %j", (kept) => expect(restored(kept as never).tabs).toEqual([]));
