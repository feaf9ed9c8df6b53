import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { healthQuery, putContainer, queryClient } from "../api/cache";
import { type LifecycleVerb, lifecycle } from "../api/endpoints";
import { ApiError, messageOf } from "../api/errors";
import type { Container } from "../api/types";
import { type Action, can, webUiAddress } from "./actions";
import { askDock } from "./dock";
import { openOverlay } from "./overlay";
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

/** Does an action from a menu, a key or the palette. What is not possible now says why instead. */
export function useAct(): (action: Action, c: Container) => void {
  const navigate = useNavigate();
  return useCallback(
    (action, c) => {
      const verdict = can(action, c, queryClient.getQueryData(healthQuery.queryKey)?.engine);
      if (!verdict.ok) {
        addToast({ kind: "bad", title: c.name, detail: `${verdict.reason}.` });
        return;
      }
      switch (action) {
        case "open": {
          const url = webUiAddress(c, location.hostname);
          if (url) window.open(url, "_blank", "noopener,noreferrer");
          return;
        }
        case "logs":
          askDock({ kind: "logs", containers: [c] });
          return;
        case "terminal":
          askDock({ kind: "terminal", container: c });
          return;
        case "edit":
          void navigate({ to: "/containers/$id/edit", params: { id: c.name } });
          return;
        case "update":
          void navigate({ to: "/updates/$name", params: { name: c.name } });
          return;
        case "icon":
          openOverlay({ kind: "icon", id: c.id });
          return;
        case "rename":
          openOverlay({ kind: "rename", id: c.id });
          return;
        case "remove":
          openOverlay({ kind: "remove", ids: [c.id] });
          return;
        case "kill":
          openOverlay({ kind: "kill", id: c.id });
          return;
        default:
          void perform(action, c);
      }
    },
    [navigate],
  );
}
