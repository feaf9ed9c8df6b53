import { Suspense, useRef, useState } from "react";
import { useOperations } from "../api/cache";
import type { Operation } from "../api/types";
import { part } from "../lib/part";
import { LatePopover } from "./late-popover";
import css from "./operations-button.module.css";

const OperationsList = part(() => import("./operations-list").then((m) => m.OperationsList));

function Ring({ fraction }: { fraction?: number }) {
  const known = fraction !== undefined;
  return (
    <i
      className={known ? css.ring : css.turning}
      style={known ? ({ "--part": `${Math.round(fraction * 100)}%` } as React.CSSProperties) : undefined}
      aria-hidden="true"
    />
  );
}

/** Running work in the top bar; its step list opens beneath. Leaving the page stops nothing. */
export function OperationsButton() {
  const operations = useOperations();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const running = operations.filter((o) => o.state === "running");
  if (operations.length === 0) return null;
  const first: Operation | undefined = running[0];
  const fraction = first?.progress?.fraction;
  const label = !first
    ? "Operations"
    : running.length > 1
      ? `${running.length} operations running`
      : first.title;
  return (
    <>
      <button
        ref={button}
        type="button"
        className={css.task}
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {first && <Ring fraction={fraction} />}
        <span className={css.label} data-idle={!first || undefined}>
          {label}
        </span>
        {first && fraction !== undefined && running.length === 1 && (
          <span className={css.num}>{Math.round(fraction * 100)}%</span>
        )}
      </button>
      {open && button.current && (
        <LatePopover anchor={button.current} label="Operations" width={420} onClose={() => setOpen(false)}>
          <Suspense>
            <OperationsList operations={operations} />
          </Suspense>
        </LatePopover>
      )}
    </>
  );
}
