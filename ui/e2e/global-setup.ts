import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startStack } from "./stack";

export const STACK_FILE = fileURLToPath(new URL("../test-results/stack.json", import.meta.url));

/** Starts everything once; what is returned takes it down again, also after failures. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  const { stack, stop } = await startStack();
  mkdirSync(fileURLToPath(new URL("../test-results", import.meta.url)), { recursive: true });
  writeFileSync(STACK_FILE, JSON.stringify(stack));
  process.env.HM_STACK = JSON.stringify(stack);
  return stop;
}
