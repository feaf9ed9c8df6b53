import { type ComponentType, lazy } from "react";
import { readAgain } from "../api/lost-answer";

const waiting: (() => Promise<unknown>)[] = [];

/** A part of the page in a chunk of its own. It is fetched when the page is quiet, and again when fetching it fails. */
export function part<P extends object>(load: () => Promise<ComponentType<P>>) {
  const own = partOnUse(load);
  waiting.push(own.preload);
  return own.Part;
}

/** The same, but nothing is fetched before somebody wants it, or points at what leads to it. */
export function partOnUse<P extends object>(load: () => Promise<ComponentType<P>>) {
  let got: Promise<{ default: ComponentType<P> }> | undefined;
  const fetchOnce = () => {
    got ??= readAgain(load).then(
      (component) => ({ default: component }),
      (error: unknown) => {
        got = undefined;
        throw error;
      },
    );
    return got;
  };
  return { Part: lazy(fetchOnce), preload: fetchOnce };
}

/** Fetches the parts nobody has asked for yet, one after the other. */
export async function fetchParts(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    // A part that cannot be had now is fetched when it is wanted.
    await next().catch(() => undefined);
  }
}
