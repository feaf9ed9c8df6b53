import { useEffect } from "react";
import { createStore, useSelected } from "./store";

type Drawings = typeof import("./builtin-icons");

/** Our own pictures come in a chunk of their own, when the first of them is wanted: most pages show none. */
const drawings = createStore<Drawings | undefined>(undefined);
let asked = false;

export function useBuiltin(name: string | undefined) {
  useEffect(() => {
    if (name === undefined || asked) return;
    asked = true;
    import("./builtin-icons").then(drawings.set, () => {
      // The flag stays on show; the next one that wants a drawing asks again.
      asked = false;
    });
  }, [name]);
  return useSelected(drawings, (all) => (name === undefined ? undefined : all?.builtin(name)));
}
