import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { healthQuery, queryClient } from "../api/cache";
import type { Container } from "../api/types";
import { type Action, can, webUiAddress } from "./actions";
import { askDock } from "./dock";
import { openOverlay } from "./overlay";
import { perform } from "./perform";
import { addToast } from "./toast";

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
