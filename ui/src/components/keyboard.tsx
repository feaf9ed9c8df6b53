import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { containersQuery, queryClient } from "../api/cache";
import type { Container } from "../api/types";
import { type Action, can } from "../lib/actions";
import { nearest } from "../lib/nearest";
import { menuTarget, openOverlay } from "../lib/overlay";
import { toggleSelected } from "../lib/selection";
import { useShortcuts } from "../lib/shortcuts";
import { useAct } from "../lib/use-act";

const TILE = "[data-container]";

/** The container whose name has focus, and that element. */
function focused(): { link: HTMLElement; container: Container } | undefined {
  const link = document.activeElement?.closest<HTMLElement>(TILE);
  const container = queryClient
    .getQueryData(containersQuery.queryKey)
    ?.find((c) => c.id === link?.dataset.container);
  return link && container ? { link, container } : undefined;
}

function move(event: KeyboardEvent): boolean {
  const from = focused()?.link;
  if (!from) return false;
  const to = nearest(from, event.key, [...document.querySelectorAll<HTMLElement>(TILE)]);
  to?.focus();
  return to !== undefined;
}

function usePageKeys() {
  const navigate = useNavigate();
  useShortcuts("anywhere", {
    dashboard: () => void navigate({ to: "/" }),
    store: () => void navigate({ to: "/store" }),
    updates: () => void navigate({ to: "/updates" }),
    events: () => void navigate({ to: "/events" }),
    images: () => void navigate({ to: "/images" }),
    volumes: () => void navigate({ to: "/volumes" }),
    networks: () => void navigate({ to: "/networks" }),
    settings: () => void navigate({ to: "/settings" }),
    new: () => void navigate({ to: "/new" }),
    help: () => openOverlay({ kind: "help" }),
    filter: () => {
      const field = document.querySelector<HTMLInputElement>("[data-filter]");
      if (field) field.focus();
      else openOverlay({ kind: "palette" });
    },
  });
}

function useContainerKeys() {
  const act = useAct();
  const on = (run: (c: Container, link: HTMLElement) => void) => () => {
    const it = focused();
    if (!it) return false;
    run(it.container, it.link);
    return true;
  };
  const does = (action: Action) => on((c) => act(action, c));
  // Enter is left out: the name is a link and opens by itself.
  useShortcuts("container", {
    move,
    select: on((c) => toggleSelected(c.id)),
    menu: on((c, anchor) => menuTarget.set({ id: c.id, anchor })),
    toggle: on((c) => act(can("stop", c, undefined).ok ? "stop" : "start", c)),
    open: does("open"),
    logs: does("logs"),
    terminal: does("terminal"),
    restart: does("restart"),
    edit: does("edit"),
    update: does("update"),
  });
}

/** Ctrl+K works in fields too, but belongs to the shell in a terminal. */
function usePaletteKey() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      if (event.shiftKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(".xterm")) return;
      event.preventDefault();
      openOverlay({ kind: "palette" });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}

/** All keys of the pages. It comes after them, so that nobody waits for it to see anything. */
export default function Keyboard() {
  usePaletteKey();
  usePageKeys();
  useContainerKeys();
  return null;
}
