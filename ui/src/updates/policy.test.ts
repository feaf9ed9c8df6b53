import { expect, it } from "vitest";
import type { UpdatePolicy } from "../api/updates";
import { draftOf, policyOf, policyProblems, policyWords } from "./policy";

it("is read into the form and written back as it was", () => {
  const policies: UpdatePolicy[] = [
    { mode: "follow" },
    { mode: "pin", automatic: true, cooldownHours: 0, watchSeconds: 30, skip: "sha256:1" },
    { mode: "hold", automatic: false, window: { days: [1, 7], from: "03:00", to: "05:30" } },
  ];
  for (const policy of policies) expect(policyOf(draftOf(policy), policy.skip)).toEqual(policy);
  expect(policyOf(draftOf({}), undefined).mode).toBe("follow");
});

it("sorts days, and drops the times of a window that is off", () => {
  const draft = { ...draftOf({}), windowed: true, days: [6, 2], from: " 3:00", to: "5:00" };
  expect(policyOf(draft, undefined).window).toEqual({ days: [2, 6], from: "3:00", to: "5:00" });
  expect(policyOf({ ...draft, windowed: false }, undefined).window).toBeUndefined();
});

it("says what is wrong before the agent is asked", () => {
  const draft = draftOf({});
  expect(policyProblems(draft)).toEqual({});
  expect(policyProblems({ ...draft, cooldownHours: "two", watchSeconds: "-1", windowed: true })).toEqual({
    cooldownHours: "Type a number of hours, or nothing.",
    watchSeconds: "Type a number of seconds, or nothing.",
    window: "Type both times like 03:30.",
  });
});

it("says in a few words how it is treated", () => {
  expect(policyWords({ policy: {}, automatic: false })).toBe("by hand");
  expect(policyWords({ policy: { mode: "pin" }, automatic: true })).toBe("pinned");
  const window = { days: [7], from: "03:00", to: "05:00" };
  expect(policyWords({ policy: { mode: "follow", window, cooldownHours: 48 }, automatic: true })).toBe(
    "by itself · Sunday, 03:00 to 05:00 · from 48 h of age",
  );
});
