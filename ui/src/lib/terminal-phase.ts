import type { ExecEnd } from "../api/exec-socket";
import type { InputProgress } from "./input-queue";

export type TerminalPhase =
  | { kind: "opening" }
  | { kind: "open"; command: string }
  | ({ kind: "ended" } & ExecEnd);

export type TerminalEvents = {
  onPhase: (phase: TerminalPhase) => void;
  onProgress: (progress: InputProgress) => void;
  /** Enter in a terminal whose shell has ended. */
  onAgain: () => void;
};

export function endWords(end: ExecEnd): string {
  if (end.message) return end.message;
  if (end.code !== undefined)
    return end.code === 0 ? "The shell ended." : `The shell ended with exit code ${end.code}.`;
  return "The connection to the shell was lost.";
}
