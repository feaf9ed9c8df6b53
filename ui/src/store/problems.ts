import type { AppForm, AppProblem } from "../api/store";
import { type Draft, portOf, withEntry, withParam } from "./draft";

/** What is wrong before the agent has seen it: only what could not be sent at all. */
export function ownProblems(form: AppForm, draft: Draft): AppProblem[] {
  return form.ports.flatMap((port): AppProblem[] => {
    const entry = draft.ports[port.id];
    if (!entry?.text || entry.off || portOf(entry.text) !== undefined) return [];
    return [
      {
        field: `ports.${port.id}`,
        code: "port_invalid",
        message: "A port is a number from 1 to 65535. Leave it empty to take a free one.",
      },
    ];
  });
}

/** All fields in the order they are on show. */
export function fieldOrder(form: AppForm): string[] {
  const params = (advanced: boolean) =>
    form.params.filter((p) => p.advanced === advanced).map((p) => `params.${p.key}`);
  return [
    "preset",
    ...params(false),
    ...form.ports.map((p) => `ports.${p.id}`),
    ...form.volumes.map((v) => `volumes.${v.id}`),
    ...form.devices.map((d) => `devices.${d.id}`),
    "name",
    ...params(true),
  ];
}

/** Field of a risk that waits for its word. */
export const riskField = (risk: string) => `risk.${risk}`;

/**
 * Where a problem is shown. A risk has a field of its own, and what is wrong with something that the form does not
 * show is told for the whole app.
 */
export function placeOf(problem: AppProblem, order: readonly string[]): string {
  if (problem.code === "risk_not_confirmed" && problem.risk) return riskField(problem.risk);
  return order.includes(problem.field) ? problem.field : "app";
}

/** The field to go to: the first on the page; risks come after the fields, and what no field can change is last. */
export function firstPlace(problems: readonly AppProblem[], order: readonly string[]): string | undefined {
  const rank = (place: string) => {
    const at = order.indexOf(place);
    return at >= 0 ? at : place === "app" ? Number.POSITIVE_INFINITY : order.length;
  };
  return problems.map((p) => placeOf(p, order)).sort((a, b) => rank(a) - rank(b))[0];
}

/** Nobody needs to hear "required" about a field they have not come to yet. */
export const toShow = (problems: readonly AppProblem[], asked: boolean): readonly AppProblem[] =>
  asked ? problems : problems.filter((p) => p.code !== "required");

/** Takes the value that the agent offers. */
export function withSuggestion(draft: Draft, problem: AppProblem): Draft {
  if (!problem.suggestion) return draft;
  const value = String(problem.suggestion.value);
  const dot = problem.field.indexOf(".");
  const id = problem.field.slice(dot + 1);
  switch (dot < 0 ? problem.field : problem.field.slice(0, dot)) {
    case "name":
      return { ...draft, name: value };
    case "params":
      return withParam(draft, id, value);
    case "ports":
      return withEntry(draft, "ports", id, { text: value });
    case "volumes":
      return withEntry(draft, "volumes", id, { source: value });
    case "devices":
      return withEntry(draft, "devices", id, { host: value });
    default:
      return draft;
  }
}
