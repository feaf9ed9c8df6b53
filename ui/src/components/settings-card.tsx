import { type ReactNode, useId } from "react";
import css from "./settings-card.module.css";

/** One subject of the settings: a heading, a sentence, and what can be set. */
export function SettingsCard({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={css.card} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {lead && <p>{lead}</p>}
      </header>
      {children}
    </section>
  );
}
