import { memo, useEffect, useRef } from "react";
import type { MeterKind } from "../lib/live-paint";
import { whenLive } from "../lib/when-live";
import css from "./meters.module.css";

const words: Record<MeterKind, string> = { cpu: "CPU", memory: "Mem" };
const long: Record<MeterKind, string> = { cpu: "Processor", memory: "Memory" };

function useMeter(id: string, kind: MeterKind) {
  const root = useRef<HTMLElement>(null);
  const value = useRef<HTMLSpanElement>(null);
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const [r, v, b] = [root.current, value.current, bar.current];
    if (!r || !v || !b) return;
    return whenLive((live) => live.watchMeter(id, kind, { root: r, value: v, bar: b }));
  }, [id, kind]);
  return { root, value, bar };
}

type Part<T> = React.RefObject<T | null>;

function Bar({ kind, bar }: { kind: MeterKind; bar: Part<HTMLElement> }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a `<meter>` has no place for the load line
    <span
      ref={bar}
      className={css.bar}
      role="meter"
      aria-label={long[kind]}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
      aria-valuetext="not known"
    />
  );
}

function Meter({ id, kind }: { id: string; kind: MeterKind }) {
  const { root, value, bar } = useMeter(id, kind);
  return (
    <span ref={root} className={css.meter}>
      <span>{words[kind]}</span>
      <span ref={value} className={css.value}>
        –
      </span>
      <Bar kind={kind} bar={bar} />
    </span>
  );
}

/** Processor and memory of one container, with the load line. */
export const Meters = memo(function Meters({ id }: { id: string }) {
  return (
    <div className={css.meters}>
      <Meter id={id} kind="cpu" />
      <Meter id={id} kind="memory" />
    </div>
  );
});

/** One of them in a cell of the list. */
export const MeterCell = memo(function MeterCell({ id, kind }: { id: string; kind: MeterKind }) {
  const { root, value, bar } = useMeter(id, kind);
  return (
    <span ref={root} className={css.cell}>
      <span ref={value} className={css.value}>
        –
      </span>
      <Bar kind={kind} bar={bar} />
    </span>
  );
});
