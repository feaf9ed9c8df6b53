import { useEffect, useRef } from "react";
import { whenLive } from "../lib/when-live";
import css from "./gauges.module.css";

/** In the order of `gaugeNumbers`. The network has no end, so it has no load line. */
const labels = ["CPU", "Memory", "Storage", "Network"];

/** The machine's four numbers with the last minutes. */
export function Gauges() {
  const root = useRef<HTMLDivElement>(null);
  useEffect(
    () => whenLive((live) => live.watchGauges([...(root.current?.children ?? [])] as HTMLElement[])),
    [],
  );
  return (
    <div className={css.gauges} ref={root}>
      {labels.map((label) => (
        <div key={label} className={css.gauge}>
          <span className={css.label}>{label}</span>
          <b className={css.value}>
            <span data-part="value">–</span>
            <small data-part="unit" />
          </b>
          <div className={css.spark} data-line={label !== "Network" || undefined}>
            <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
              <path className={css.area} />
              <path className={css.line} />
            </svg>
          </div>
          <span className={css.sub} data-part="sub" />
        </div>
      ))}
    </div>
  );
}
