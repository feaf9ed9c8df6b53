import { type ReactNode, useEffect } from "react";
import { Chart } from "./chart";
import css from "./gate.module.css";
import { Mark } from "./icon";

/** The frame of the pages before a session: the chart, and one card on it. */
export function Gate({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Harbourmaster`;
  }, [title]);
  return (
    <main className={css.gate}>
      <Chart />
      <div className={css.card}>
        <p className={css.brand}>
          <Mark size={32} />
          Harbourmaster
        </p>
        <h1>{title}</h1>
        <p className={css.lead}>{lead}</p>
        {children}
      </div>
    </main>
  );
}
