import type { ReactNode } from "react";
import { useFormContext, useWatch } from "react-hook-form";
import type { Problem } from "../api/types";
import { Icon, type IconName } from "../components/icon";
import { plainFields } from "./create-fields";
import { toRequest } from "./create-request";
import type { CreateForm } from "./create-schema";
import css from "./review.module.css";
import { RiskList } from "./risks";
import type { Check } from "./use-dry-run";

/** What asks for a typed word before it is done. */
export function Risks({ check, risks }: { check: Check | undefined; risks: Problem[] }) {
  const { setValue } = useFormContext<CreateForm>();
  // A confirmed risk is no problem any more, but its line stays, or a typing slip could not be seen.
  const asked = new Map<string, string>();
  for (const r of check?.result.risks ?? []) asked.set(r.risk, r.label);
  for (const r of risks) if (r.risk && !asked.has(r.risk)) asked.set(r.risk, r.message);
  return (
    <RiskList
      risks={[...asked].map(([risk, label]) => ({ risk, label }))}
      confirmed={useWatch<CreateForm, "confirmRisks">({ name: "confirmRisks" })}
      onChange={(confirmed) => setValue("confirmRisks", confirmed, { shouldDirty: true })}
    />
  );
}

/** Settings that are set and have no line of their own in the plan, by name. */
function furtherSettings(form: CreateForm): string[] {
  const own = new Set(["image", "name", "command"]);
  const set = plainFields.filter((f) => !own.has(f.form) && form[f.form]).map((f) => f.label);
  if (form.extraHosts.length > 0) set.push("Known hosts");
  if (form.logDriver) set.push("Log");
  if (form.ulimits.length > 0) set.push("Ulimits");
  if (form.sysctls.length > 0) set.push("Kernel settings");
  if (form.gpu) set.push("Graphics processors");
  if (form.labels.length > 0) set.push("Labels");
  if (form.health !== "image") set.push("Health check");
  return set;
}

function networkWords(form: CreateForm): ReactNode {
  if (form.networkMode === "host") return "On the network of this server";
  if (form.networkMode === "none") return "Without a network";
  if (form.networkMode === "container")
    return (
      <>
        On the network of <b>{form.networkContainer}</b>
      </>
    );
  const names = form.networks.map((n) => n.name).filter(Boolean);
  if (form.networkMode !== "named" || names.length === 0) return undefined;
  return (
    <>
      On <b>{names.join(", ")}</b>
    </>
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
  if (!request.image) return <p className={css.none}>Type an image to see what will be made.</p>;
  const ports = result?.ports ?? [];
  const network = networkWords(form);
  const further = furtherSettings(form);
  return (
    <div className={css.review}>
      <ul className={css.plan}>
        <Line icon="layers">
          {result && !result.imageLocal ? "Pulls " : "Uses "}
          <b>{request.image}</b>
        </Line>
        <Line icon="box">
          Makes {result?.name ? <b>{result.name}</b> : "a container"}
          {request.start ? " and starts it" : ", without starting it"}
        </Line>
        {ports.slice(0, PORTS_SHOWN).map((p) => (
          <Line key={`${p.host}-${p.container}-${p.protocol}`} icon="net">
            Port <b>{p.host ?? "chosen by Docker"}</b> of this server to {p.container}/{p.protocol}
          </Line>
        ))}
        {ports.length > PORTS_SHOWN && <Line icon="net">and {ports.length - PORTS_SHOWN} ports more</Line>}
        {network && <Line icon="net">{network}</Line>}
        {request.mounts?.map((m) => (
          <Line key={m.target} icon={m.type === "bind" ? "folder" : "disk"}>
            <b>{m.type === "tmpfs" ? "Memory" : m.source}</b> as {m.target}
            {m.create && ", made first"}
            {m.readOnly && ", read only"}
          </Line>
        ))}
        {request.env && <Line icon="sliders">Sets {request.env.map((e) => e.name).join(", ")}</Line>}
        {further.length > 0 && <Line icon="info">Also: {further.join(", ").toLowerCase()}</Line>}
      </ul>
      <Risks check={check} risks={risks} />
    </div>
  );
}

const PORTS_SHOWN = 12;

function Line({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <li>
      <Icon name={icon} size={17} />
      <span>{children}</span>
    </li>
  );
}
