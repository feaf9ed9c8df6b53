import type { LampKind } from "../lib/status";
import css from "./lamp.module.css";

/** Decorative: the word beside it says the same. */
export function Lamp({ kind }: { kind: LampKind }) {
  return <i className={`${css.lamp} ${css[kind]}`} aria-hidden="true" />;
}
