import { useId } from "react";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import css from "./review.module.css";

type RiskLine = { risk: string; label: string };

/** A risk is granted by typing its name, so that no habit of clicking grants it. */
function Risk({
  risk,
  label,
  confirmed,
  onType,
}: RiskLine & { confirmed: boolean; onType: (typed: string) => void }) {
  const id = useId();
  return (
    <li className={css.risk} data-ok={confirmed || undefined}>
      <Icon name={confirmed ? "check" : "shield"} size={18} />
      <div>
        <p>{label}</p>
        <label htmlFor={id}>
          Type <code>{risk}</code> to allow it
        </label>
        <div className={ui.control}>
          <input
            id={id}
            data-path={`risk.${risk}`}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            defaultValue={confirmed ? risk : ""}
            onChange={(e) => onType(e.target.value)}
          />
        </div>
      </div>
    </li>
  );
}

/** What asks for a typed word before it is done: for a container, and for the containers of an app. */
export function RiskList({
  risks,
  confirmed,
  onChange,
}: {
  risks: readonly RiskLine[];
  confirmed: readonly string[];
  onChange: (confirmed: string[]) => void;
}) {
  if (risks.length === 0) return null;
  const type = (risk: string, typed: string) => {
    const others = confirmed.filter((r) => r !== risk);
    const next = typed.trim() === risk ? [...others, risk] : others;
    if (next.length !== confirmed.length) onChange(next);
  };
  return (
    <section aria-label="To confirm">
      <h3>To confirm</h3>
      <ul className={css.risks}>
        {risks.map(({ risk, label }) => (
          <Risk
            key={risk}
            risk={risk}
            label={label}
            confirmed={confirmed.includes(risk)}
            onType={(typed) => type(risk, typed)}
          />
        ))}
      </ul>
    </section>
  );
}
