import { useMemo, useState } from "react";
import { useEngine } from "../api/cache";
import type { Container } from "../api/types";
import { planBulk } from "../lib/actions";
import { plural } from "../lib/format";
import { openOverlay } from "../lib/overlay";
import { perform } from "../lib/perform";
import { clearSelection, selectAll, selection } from "../lib/selection";
import { useStore } from "../lib/store";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import css from "./bulk-bar.module.css";
import { Icon } from "./icon";

const verbs = [
  { verb: "start", label: "Start", done: "started", icon: "play" },
  { verb: "stop", label: "Stop", done: "stopped", icon: "stop" },
  { verb: "restart", label: "Restart", done: "restarted", icon: "restart" },
] as const;
type Verb = (typeof verbs)[number];

/** As many at once as a small server bears when all of them write their state to disk. */
const AT_ONCE = 4;

async function inTurns<T>(list: T[], work: (item: T) => Promise<boolean>): Promise<number> {
  const queue = [...list];
  let good = 0;
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) if (await work(item)) good++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return good;
}

/** Count, actions, and for each action what it will leave alone and why. */
export function BulkBar({ containers, shown }: { containers: Container[]; shown: Container[] }) {
  const ids = useStore(selection);
  const engine = useEngine();
  const [busy, setBusy] = useState(false);
  const [looking, setLooking] = useState<Verb["verb"]>();
  const selected = useMemo(() => containers.filter((c) => ids.has(c.id)), [containers, ids]);
  if (selected.length === 0) return null;

  const plans = verbs.map((v) => ({ ...v, plan: planBulk(v.verb, selected, engine) }));
  const run = async (v: (typeof plans)[number]) => {
    setBusy(true);
    const good = await inTurns(v.plan.go, (c) => perform(v.verb, c));
    setBusy(false);
    if (good > 0) addToast({ kind: "good", title: `${plural(good, "container")} ${v.done}` });
  };
  const active = plans.find((p) => p.verb === looking) ?? plans.find((p) => p.plan.skipped.length > 0);
  const reasons = new Map<string, string[]>();
  for (const s of active?.plan.skipped ?? [])
    reasons.set(s.reason, [...(reasons.get(s.reason) ?? []), s.container.name]);

  return (
    <section className={css.bar} aria-label="Selected containers">
      <div className={css.row}>
        <b>{selected.length} selected</b>
        {selected.length < shown.length && (
          <button type="button" className={ui.link} onClick={() => selectAll(shown.map((c) => c.id))}>
            All {shown.length}
          </button>
        )}
        <span className={css.space} />
        {plans.map((p) => (
          <button
            key={p.verb}
            type="button"
            className={ui.quiet}
            disabled={busy || p.plan.go.length === 0}
            aria-describedby={p.plan.skipped.length > 0 ? "bulk-skipped" : undefined}
            onPointerEnter={() => setLooking(p.verb)}
            onFocus={() => setLooking(p.verb)}
            onClick={() => void run(p)}
          >
            <Icon name={p.icon} size={16} />
            {p.label}
            {p.plan.go.length < selected.length && p.plan.go.length > 0 && ` ${p.plan.go.length}`}
          </button>
        ))}
        <button
          type="button"
          className={ui.quiet}
          disabled={busy || !engine?.connected}
          onClick={() => openOverlay({ kind: "remove", ids: selected.map((c) => c.id) })}
        >
          <Icon name="trash" size={16} />
          Remove…
        </button>
        <button
          type="button"
          className={ui.icon}
          aria-label="Clear selection"
          title="Clear selection"
          onClick={clearSelection}
        >
          <Icon name="x" />
        </button>
      </div>
      {active && reasons.size > 0 && (
        <p id="bulk-skipped" className={css.skipped}>
          {active.label} leaves out{" "}
          {[...reasons].map(([reason, names], i) => (
            <span key={reason}>
              {i > 0 && "; "}
              {names.length > 3 ? `${names.length} containers` : names.join(", ")} (
              {reason.charAt(0).toLowerCase() + reason.slice(1)})
            </span>
          ))}
          .
        </p>
      )}
    </section>
  );
}
