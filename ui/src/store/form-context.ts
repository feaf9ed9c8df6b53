import { createContext, useContext } from "react";
import type { AppForm, AppPreview, AppProblem } from "../api/store";
import type { Draft } from "./draft";

/** What the fields of an app's form share. */
export type FormState = {
  form: AppForm;
  draft: Draft;
  change: (next: Draft) => void;
  /** The first problem of each field, by its place. */
  problems: ReadonlyMap<string, AppProblem>;
  /** What the agent last made of the answers; it may be a moment old. */
  preview: AppPreview | undefined;
  /** Takes what a problem suggests. */
  take: (problem: AppProblem) => void;
};

export const FormContext = createContext<FormState | undefined>(undefined);

export function useAppForm(): FormState {
  const state = useContext(FormContext);
  if (!state) throw new Error("a field of an app's form outside of it");
  return state;
}
