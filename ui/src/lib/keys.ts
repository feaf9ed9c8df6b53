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

/** Keys pressed one after the other ("g d") must follow within this time. */
const SEQUENCE_MS = 1200;

/** Listens on the page for single keys and two-key sequences; the newest bindings are always used. */
export function useKeys(bindings: Record<string, () => void>): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    let before = "";
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !singleKeys.get() || keyIsTaken(event)) return;
      const now = Date.now();
      const sequence = now - at < SEQUENCE_MS ? `${before} ${event.key}` : "";
      const run = latest.current[sequence] ?? latest.current[event.key];
      before = event.key;
      at = now;
      if (!run) return;
      before = "";
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
