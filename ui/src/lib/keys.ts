import { useEffect, useRef } from "react";
import { recall, remember } from "./local";
import { createStore } from "./store";

/** Single-key shortcuts can be turned off; Ctrl+K and Escape always work. */
export const singleKeys = createStore<boolean>(recall("single-keys", true));

export function setSingleKeys(on: boolean): void {
  remember("single-keys", on);
  singleKeys.set(on);
}

const FIELDS = "input, textarea, select, [contenteditable='true'], .xterm";

/** True while a key belongs to what has focus: a field, the terminal, or a dialog or menu on top. */
export function keyIsTaken(event: KeyboardEvent | React.KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  if (target?.matches("input[type=checkbox], input[type=radio]")) return false;
  return Boolean(target?.closest(`${FIELDS}, dialog, [popover], [role=menu]`));
}

/** The key that leads to pages, together with the one after it ("g d"), which must follow within this time. */
const LEADER = "g";
const SEQUENCE_MS = 1200;

/** `false` says that the key was not meant for it, and leaves it to the browser. */
export type OnKey = (event: KeyboardEvent) => unknown;

/** Listens on the page for single keys and two-key sequences; the newest bindings are always used. */
export function useKeys(bindings: Record<string, OnKey>): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    let ledAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !singleKeys.get() || keyIsTaken(event)) return;
      const now = Date.now();
      const led = now - ledAt < SEQUENCE_MS;
      ledAt = event.key === LEADER && !led ? now : Number.NEGATIVE_INFINITY;
      // After the leader a key has no meaning of its own: a slip on the way to a page must not stop a container.
      const run = latest.current[led ? `${LEADER} ${event.key}` : event.key];
      if (run && run(event) !== false) event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
