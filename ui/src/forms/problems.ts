import { createContext, useContext } from "react";
import type { Problem } from "../api/types";
import type { FieldProblem } from "./place-problems";

export type Problems = {
  fields: FieldProblem[];
  risks: Problem[];
  applySuggestion: (problem: FieldProblem) => void;
};

export const ProblemsContext = createContext<Problems>({
  fields: [],
  risks: [],
  applySuggestion: () => undefined,
});
export const useProblems = () => useContext(ProblemsContext);

/** Dotted paths of the form's own errors, in the order of the form. */
export function errorPaths(errors: object, prefix = ""): string[] {
  return Object.entries(errors).flatMap(([key, value]) => {
    if (!value || typeof value !== "object") return [];
    const path = prefix ? `${prefix}.${key}` : key;
    return "type" in value && "message" in value ? [path] : errorPaths(value, path);
  });
}

/** Every field with something wrong, once, whoever noticed it. */
export const problemPaths = (own: object, fields: FieldProblem[]): string[] => [
  ...new Set([...errorPaths(own), ...fields.map((p) => p.path)]),
];
