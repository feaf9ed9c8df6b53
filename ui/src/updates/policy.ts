import type { ContainerUpdate, UpdatePolicy } from "../api/updates";
import { isTime, windowWords } from "./schedule";

/** How a container wants to be treated, as a form holds it. */
export type Draft = {
  mode: NonNullable<UpdatePolicy["mode"]>;
  automatic: "inherit" | "yes" | "no";
  cooldownHours: string;
  watchSeconds: string;
  windowed: boolean;
  /** 1 is Monday. */
  days: number[];
  from: string;
  to: string;
};

const numberText = (n: number | undefined) => (n === undefined ? "" : String(n));

export function draftOf(policy: UpdatePolicy): Draft {
  const { automatic, window } = policy;
  return {
    mode: policy.mode ?? "follow",
    automatic: automatic === undefined ? "inherit" : automatic ? "yes" : "no",
    cooldownHours: numberText(policy.cooldownHours),
    watchSeconds: numberText(policy.watchSeconds),
    windowed: window !== undefined,
    days: [...(window?.days ?? [])],
    from: window?.from ?? "",
    to: window?.to ?? "",
  };
}

const NUMBER = /^\d{1,5}$/;

/** What is wrong with it, by field; limits of numbers are the agent's to know. */
export function policyProblems(draft: Draft): Record<string, string> {
  const problems: Record<string, string> = {};
  const { cooldownHours, watchSeconds } = draft;
  if (cooldownHours.trim() && !NUMBER.test(cooldownHours.trim()))
    problems.cooldownHours = "Type a number of hours, or nothing.";
  if (watchSeconds.trim() && !NUMBER.test(watchSeconds.trim()))
    problems.watchSeconds = "Type a number of seconds, or nothing.";
  if (draft.windowed && !(isTime(draft.from) && isTime(draft.to)))
    problems.window = "Type both times like 03:30.";
  return problems;
}

const numberOf = (text: string) => (text.trim() ? Number(text) : undefined);

/** `skip` is set elsewhere and stays. */
export const policyOf = (draft: Draft, skip: string | undefined): UpdatePolicy => ({
  mode: draft.mode,
  automatic: draft.automatic === "inherit" ? undefined : draft.automatic === "yes",
  cooldownHours: numberOf(draft.cooldownHours),
  watchSeconds: numberOf(draft.watchSeconds),
  window: draft.windowed
    ? { days: [...draft.days].sort((a, b) => a - b), from: draft.from.trim(), to: draft.to.trim() }
    : undefined,
  skip,
});

const words = { follow: "by hand", hold: "held", pin: "pinned" } as const;

/** On the closed form: how it is treated now. */
export function policyWords({ policy, automatic }: Pick<ContainerUpdate, "policy" | "automatic">): string {
  const mode = policy.mode ?? "follow";
  const parts = [mode === "follow" && automatic ? "by itself" : words[mode]];
  if (policy.window && automatic) parts.push(windowWords(policy.window));
  if (policy.cooldownHours !== undefined) parts.push(`from ${policy.cooldownHours} h of age`);
  return parts.join(" · ");
}
