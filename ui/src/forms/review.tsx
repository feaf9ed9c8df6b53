import { useFormContext, useWatch } from "react-hook-form";
import type { Problem } from "../api/types";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import { type CreateForm, toRequest } from "./create-form";
import css from "./review.module.css";
import type { Check } from "./use-dry-run";

/** A risk is granted by typing its name, so that no habit of clicking grants it. */
function Risk({ risk, label }: { risk: string; label: string }) {
  const { setValue, getValues } = useFormContext<CreateForm>();
  const confirmed = useWatch<CreateForm, "confirmRisks">({ name: "confirmRisks" }).includes(risk);
  const set = (typed: string) => {
    const others = getValues("confirmRisks").filter((r) => r !== risk);
    const next = typed.trim() === risk ? [...others, risk] : others;
    if (next.length !== getValues("confirmRisks").length)
      setValue("confirmRisks", next, { shouldDirty: true });
  };
  const id = `risk-${risk}`;
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
            onChange={(e) => set(e.target.value)}
          />
        </div>
      </div>
    </li>
  );
}

/** What will be made, in the agent's words where it has some. */
export function Review({
  form,
  check,
  risks,
}: {
  form: CreateForm;
  check: Check | undefined;
  risks: Problem[];
}) {
  const { request } = toRequest(form);
  const result = check?.result;
  // A confirmed risk is no problem any more, but its line stays, or a typing slip could not be seen.
  const asked = new Map<string, string>();
  for (const r of result?.risks ?? []) asked.set(r.risk, r.label);
  for (const r of risks) if (r.risk && !asked.has(r.risk)) asked.set(r.risk, r.message);
  if (!request.image) return <p className={css.none}>Type an image to see what will be made.</p>;
  const ports = result?.ports ?? [];
  return (
    <div className={css.review}>
      <ul className={css.plan}>
        <li>
          <Icon name="layers" size={17} />
          <span>
            {result && !result.imageLocal ? "Pulls " : "Uses "}
            <b>{request.image}</b>
          </span>
        </li>
        <li>
          <Icon name="box" size={17} />
          <span>
            Makes {result?.name ? <b>{result.name}</b> : "a container"}
            {request.start ? " and starts it" : ", without starting it"}
          </span>
        </li>
        {ports.map((p) => (
          <li key={`${p.host}-${p.container}-${p.protocol}`}>
            <Icon name="net" size={17} />
            <span>
              Port <b>{p.host ?? "chosen by Docker"}</b> of this server to {p.container}/{p.protocol}
            </span>
          </li>
        ))}
        {request.mounts?.map((m) => (
          <li key={m.target}>
            <Icon name={m.type === "volume" ? "disk" : "folder"} size={17} />
            <span>
              <b>{m.source}</b> as {m.target}
              {m.create && ", made first"}
              {m.readOnly && ", read only"}
            </span>
          </li>
        ))}
        {request.env && (
          <li>
            <Icon name="sliders" size={17} />
            <span>Sets {request.env.map((e) => e.name).join(", ")}</span>
          </li>
        )}
      </ul>
      {asked.size > 0 && (
        <section aria-label="To confirm">
          <h3>To confirm</h3>
          <ul className={css.risks}>
            {[...asked].map(([risk, label]) => (
              <Risk key={risk} risk={risk} label={label} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
