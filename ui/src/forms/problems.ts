import { createContext, useContext } from "react";
import type { Problem } from "../api/types";
import type { FieldProblem } from "./create-form";

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
