import { recall, remember } from "./local";

const KEY = "palette-recent";
const KEPT = 8;

/** Keys of what was chosen in the palette lately, the last one first. */
export function recentChoices(): string[] {
  const kept = recall<unknown>(KEY, []);
  return Array.isArray(kept) ? kept.filter((k) => typeof k === "string") : [];
}

export function noteChoice(key: string): void {
  remember(KEY, [key, ...recentChoices().filter((k) => k !== key)].slice(0, KEPT));
}
