import { memo } from "react";
import { CHART, chartPaths, soundings } from "../lib/contours";
import css from "./chart.module.css";

/** Decoration: depth lines, a shoal and an island. */
export const Chart = memo(function Chart() {
  return (
    <svg
      className={css.chart}
      viewBox={`40 10 ${CHART.width - 90} ${CHART.height - 22}`}
      preserveAspectRatio="xMaxYMid slice"
      aria-hidden="true"
    >
      {chartPaths().map((p) => (
        <path key={p.d.slice(0, 40)} className={css[p.kind]} d={p.d} />
      ))}
      {soundings.map(([x, y, text]) => (
        <text key={`${x},${y}`} x={x} y={y}>
          {text}
        </text>
      ))}
    </svg>
  );
});
