import { putContainer } from "../api/cache";
import { type LifecycleVerb, lifecycle } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import type { Container } from "../api/types";
import { createStore, useSelected } from "./store";
import { addToast } from "./toast";

/** What this page has asked for and not yet seen answered, by container id. */
export const pending = createStore<Readonly<Record<string, string>>>({});
export const usePending = (id: string) => useSelected(pending, (all) => all[id]);

export function setPending(id: string, verb: string | undefined): void {
  pending.set(({ [id]: _, ...rest }) => (verb ? { ...rest, [id]: verb } : rest));
}

const failed: Record<LifecycleVerb, string> = {
  start: "did not start",
  stop: "did not stop",
  restart: "did not restart",
  pause: "was not paused",
  unpause: "was not resumed",
  kill: "was not ended",
};

/** Asks the agent, and writes its answer into the cache. True when it was done. */
export async function perform(verb: LifecycleVerb, c: Container): Promise<boolean> {
  setPending(c.id, verb);
  try {
    putContainer(await lifecycle(c, verb));
    return true;
  } catch (error) {
    // A lost session has its own dialog; a toast beneath it would only repeat it.
    if (!(error instanceof ApiError && error.status === 401)) {
      addToast({ kind: "bad", title: `${c.name} ${failed[verb]}`, detail: messageOf(error) });
    }
    return false;
  } finally {
    setPending(c.id, undefined);
  }
}
