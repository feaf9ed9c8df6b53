import type { Secret } from "../api/store";
import { createStore, useSelected } from "../lib/store";

/**
 * Values that the agent has made up for an install and tells only once. They are in the memory of this page until
 * somebody has put them away.
 */
export type Told = { secrets: readonly Secret[]; lost: boolean };

const told = createStore<Readonly<Record<string, Told>>>({});

const warn = (event: BeforeUnloadEvent) => event.preventDefault();

export function keepSecrets(install: string, secrets: readonly Secret[], lost = false): void {
  if (secrets.length === 0 && !lost) return;
  told.set((all) => ({ ...all, [install]: { secrets, lost } }));
  if (secrets.length > 0) addEventListener("beforeunload", warn);
}

export function putAway(install: string): void {
  told.set(({ [install]: _, ...rest }) => rest);
  if (Object.values(told.get()).every((t) => t.secrets.length === 0))
    removeEventListener("beforeunload", warn);
}

export const useTold = (install: string | undefined) =>
  useSelected(told, (all) => (install === undefined ? undefined : all[install]));

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 24;

/** A random text of letters and digits, within the lengths a param allows. 24 of them hold 142 bits. */
export function makeSecret(min: number | undefined, max: number | undefined): string {
  const length = Math.max(Math.min(LENGTH, max ?? LENGTH), min ?? 0, 1);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) {
      // What does not divide evenly is drawn again, or some letters would come up more often.
      if (byte < LETTERS.length * 4 && text.length < length) text += LETTERS[byte % LETTERS.length];
    }
  }
  return text;
}
