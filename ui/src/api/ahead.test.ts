import { beforeEach, expect, it } from "vitest";
import { takeAhead } from "./ahead";

const list = "https://box/api/containers?all=true";

beforeEach(() => {
  window.harbourmasterAhead = {
    proof: "p1",
    answers: new Map<string, Promise<Response | undefined>>([
      ["/api/containers?all=true", Promise.resolve(new Response("[]"))],
      ["/api/health", Promise.resolve(undefined)],
    ]),
  };
});

it("gives each answer out once", async () => {
  expect(await (await takeAhead(new Request(list), "p1"))?.text()).toBe("[]");
  expect(await takeAhead(new Request(list), "p1")).toBeUndefined();
});

it("gives nothing to another session, another question, or after a loss", async () => {
  expect(await takeAhead(new Request(list), "p2")).toBeUndefined();
  expect(await takeAhead(new Request("https://box/api/containers"), "p1")).toBeUndefined();
  expect(await takeAhead(new Request(list, { method: "POST" }), "p1")).toBeUndefined();
  expect(await takeAhead(new Request("https://box/api/health"), "p1")).toBeUndefined();
});
