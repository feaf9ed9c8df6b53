import { describe, expect, it } from "vitest";
import { form } from "../../test/app-form";
import type { AppProblem } from "../api/store";
import { emptyDraft, paramText, withEntry } from "./draft";
import { fieldOrder, firstPlace, ownProblems, placeOf, toShow, withSuggestion } from "./problems";

const f = form();
const order = fieldOrder(f);
const problem = (field: string, more: Partial<AppProblem> = {}): AppProblem => ({
  field,
  code: "wrong",
  message: "It is wrong.",
  ...more,
});

it("lists the fields as they stand on the page: advanced ones last", () => {
  expect(order).toEqual([
    "preset",
    "params.PASSWORD",
    "params.ADMIN",
    "params.ml",
    "ports.web:80/tcp",
    "ports.web:53/udp",
    "volumes.db:/var/lib/data",
    "devices.web:/dev/dri",
    "name",
    "params.WORKERS",
  ]);
});

describe("the first problem", () => {
  const risk = problem("app", { code: "risk_not_confirmed", risk: "privileged" });
  it("is the first field on the page, then a risk, then what no field can change", () => {
    const all = [problem("app"), risk, problem("params.WORKERS"), problem("ports.web:80/tcp")];
    expect(firstPlace(all, order)).toBe("ports.web:80/tcp");
    expect(firstPlace([problem("app"), risk], order)).toBe("risk.privileged");
    expect(firstPlace([problem("app")], order)).toBe("app");
    expect(firstPlace([], order)).toBeUndefined();
  });
  it("is told for the whole app when the form has no such field", () => {
    expect(placeOf(problem("ports.gone:1/tcp"), order)).toBe("app");
  });
});

it("sees by itself what can not be sent, unless it is left out", () => {
  const bad = withEntry(emptyDraft, "ports", "web:80/tcp", { text: "eighty" });
  expect(ownProblems(f, bad).map((p) => p.field)).toEqual(["ports.web:80/tcp"]);
  expect(ownProblems(f, withEntry(bad, "ports", "web:80/tcp", { off: true }))).toEqual([]);
  expect(ownProblems(f, withEntry(emptyDraft, "ports", "web:80/tcp", { text: "" }))).toEqual([]);
});

it("does not say required before somebody wanted to go on", () => {
  const all = [problem("params.ADMIN", { code: "required" }), problem("name")];
  expect(toShow(all, false).map((p) => p.field)).toEqual(["name"]);
  expect(toShow(all, true)).toHaveLength(2);
});

it("takes what is suggested, into the field it is for", () => {
  const take = (field: string, value: unknown) =>
    withSuggestion(emptyDraft, problem(field, { suggestion: { label: "Use it", value } }));
  expect(take("ports.web:80/tcp", 8081).ports["web:80/tcp"]?.text).toBe("8081");
  expect(take("volumes.db:/var/lib/data", "/tank").volumes["db:/var/lib/data"]?.source).toBe("/tank");
  expect(take("devices.web:/dev/dri", "/dev/dri1").devices["web:/dev/dri"]?.host).toBe("/dev/dri1");
  expect(take("name", "photos-2").name).toBe("photos-2");
  const [, admin] = f.params;
  expect(admin && paramText(f, take("params.ADMIN", "root"), admin)).toBe("root");
  expect(withSuggestion(emptyDraft, problem("name"))).toBe(emptyDraft);
});
