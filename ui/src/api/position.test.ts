import { beforeEach, expect, it, vi } from "vitest";

beforeEach(() => vi.resetModules());
const load = () => import("./position");
const at = (id?: string) => new Response("", { headers: id ? { "X-Event-Position": id } : {} });

it("is the earliest of all answers, given once", async () => {
  const { notePosition, takePosition } = await load();
  for (const id of ["a-b-12", "a-b-9", undefined, "a-b-10"]) notePosition(at(id));
  expect(takePosition()).toEqual({ boot: "a-b", id: "a-b-9" });
  notePosition(at("a-b-20"));
  expect(takePosition()).toBeUndefined();
});

it("is none when the agent was started anew between two answers, or nothing says so", async () => {
  const { notePosition, takePosition } = await load();
  notePosition(at("a-1"));
  notePosition(at("b-1"));
  notePosition(at("b-2"));
  expect(takePosition()).toBeUndefined();
  vi.resetModules();
  const other = await load();
  other.notePosition(at("nonsense"));
  expect(other.takePosition()).toBeUndefined();
});
