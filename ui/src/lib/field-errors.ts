import { ApiError, messageOf } from "../api/errors";
import type { Problem } from "../api/types";

export type FieldErrors = {
  fields: Readonly<Record<string, string>>;
  /** What belongs to no field of the form. */
  form?: string;
  /** Not wrong, but to be confirmed by name. */
  risks: Problem[];
};

export const noErrors: FieldErrors = { fields: {}, risks: [] };

/** Sorts what the agent complains about to the fields of a form, by the first part of the field's path. */
export function fieldErrors(error: unknown, known: readonly string[]): FieldErrors {
  if (!(error instanceof ApiError)) return { fields: {}, form: messageOf(error), risks: [] };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  const risks = error.problems.filter((p) => p.risk);
  const put = (field: string | undefined, message: string) => {
    const name = known.find((k) => k === field || field?.startsWith(`${k}.`));
    if (name) fields[name] ??= message;
    else rest.push(message);
  };
  for (const p of error.problems) if (!p.risk) put(p.field, p.message);
  if (error.problems.length === 0) put(error.field, error.message);
  return { fields, form: rest.length > 0 ? rest.join(" ") : undefined, risks };
}
