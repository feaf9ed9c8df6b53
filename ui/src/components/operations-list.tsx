import { useState } from "react";
import { cancelOperation } from "../api/endpoints";
import { messageOf } from "../api/errors";
import type { Operation, StepState } from "../api/types";
import { ago, took, useNow } from "../lib/format";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { LayerProgress } from "./layer-progress";
import css from "./operations-list.module.css";

const words: Record<Operation["state"], string> = {
  running: "Running",
  succeeded: "Done",
  rolledBack: "Went back",
  needsAttention: "Needs a look",
};

function StepMark({ state }: { state: StepState }) {
  if (state === "done") return <Icon name="check" size={15} />;
  if (state === "failed") return <Icon name="x" size={15} />;
  if (state === "undone") return <Icon name="restart" size={15} />;
  return <i className={state === "running" ? css.turning : css.waiting} aria-hidden="true" />;
}

const stepWords: Record<StepState, string> = {
  pending: "waiting",
  running: "running",
  done: "done",
  failed: "failed",
  undone: "undone",
};

export function OperationSteps({ operation }: { operation: Operation }) {
  const now = useNow(1000);
  return (
    <ol className={css.steps}>
      {operation.steps.map((step) => (
        <li key={step.name} data-state={step.state}>
          <StepMark state={step.state} />
          <span>{step.title}</span>
          <span className="vh">{stepWords[step.state]}</span>
          {step.startedAt && (
            <time>
              {took(step.startedAt, step.endedAt ?? (step.state === "running" ? now : step.startedAt))}
            </time>
          )}
        </li>
      ))}
    </ol>
  );
}

function Entry({ operation }: { operation: Operation }) {
  const running = operation.state === "running";
  const [open, setOpen] = useState(running || operation.state === "needsAttention");
  const now = useNow();
  const cancel = () => {
    cancelOperation(operation.id).catch((error: unknown) =>
      addToast({ kind: "bad", title: `${operation.title} goes on`, detail: messageOf(error) }),
    );
  };
  const layers = operation.progress?.layers ?? [];
  return (
    <li className={css.entry} data-state={operation.state}>
      <button type="button" className={css.head} aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name={open ? "down" : "right"} size={16} />
        <b>{operation.title}</b>
        <span data-word>{operation.cancelRequested && running ? "Stopping" : words[operation.state]}</span>
        <small>{operation.endedAt ? ago(operation.endedAt, now) : ""}</small>
      </button>
      {operation.cause && <p className={css.cause}>{operation.cause}</p>}
      {open && (
        <div className={css.inside}>
          <OperationSteps operation={operation} />
          {running && layers.length > 0 && <LayerProgress layers={layers} />}
          {running && operation.cancellable && (
            <button type="button" className={ui.quiet} onClick={cancel} disabled={operation.cancelRequested}>
              Cancel
            </button>
          )}
        </div>
      )}
    </li>
  );
}

export function OperationsList({ operations }: { operations: Operation[] }) {
  const running = operations.filter((o) => o.state === "running");
  const ended = operations.filter((o) => o.state !== "running").slice(0, 8);
  return (
    <div className={css.list}>
      <h2>Operations</h2>
      <ul>
        {[...running, ...ended].map((o) => (
          <Entry key={o.id} operation={o} />
        ))}
      </ul>
    </div>
  );
}
