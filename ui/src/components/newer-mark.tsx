import { useSelected } from "../lib/store";
import { updatable } from "../lib/updatable";
import css from "./newer-mark.module.css";

/** The Blue Peter, flag of a ship about to sail: an update is ready. */
export function NewerMark({ id }: { id: string }) {
  return useSelected(updatable, (ids) => ids.has(id)) ? (
    <i className={css.mark} role="img" aria-label="Update ready" title="Update ready" />
  ) : null;
}
