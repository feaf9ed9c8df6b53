import { cancelOperation } from "../api/endpoints";
import { messageOf } from "../api/errors";
import type { Operation } from "../api/types";
import wizard from "../forms/wizard.module.css";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { LayerProgress } from "./layer-progress";
import { OperationSteps } from "./operations-list";

/** How an operation ended, with the reason when it did not do what it was asked for. */
export function OperationEnd({
  operation,
  good,
  back = "It went back to how it was.",
}: {
  operation: Operation;
  good: string;
  back?: string;
}) {
  const done = operation.state === "succeeded";
  return (
    <div className={done ? wizard.notice : wizard.failure} role={done ? "status" : "alert"}>
      <Icon name={done ? "check" : "warn"} />
      <p>
        <b>{done ? good : operation.state === "rolledBack" ? back : "It needs a look."}</b> {operation.cause}
      </p>
    </div>
  );
}

/** Its steps, and while something is fetched how far each part of it has come. */
export function OperationWork({ operation }: { operation: Operation }) {
  const layers = operation.progress?.layers ?? [];
  return (
    <section aria-label="Steps">
      <h3>{operation.title}</h3>
      <OperationSteps operation={operation} />
      {operation.state === "running" && layers.length > 0 && <LayerProgress layers={layers} />}
    </section>
  );
}

/** Says that one may leave, and stops it as long as that is possible. */
export function OperationRunning({ operation }: { operation: Operation }) {
  const cancel = () => {
    cancelOperation(operation.id).catch((error: unknown) =>
      addToast({ kind: "bad", title: "It goes on", detail: messageOf(error) }),
    );
  };
  return (
    <>
      <p>You may leave: it goes on and shows in the top bar.</p>
      {operation.cancellable && (
        <button type="button" className={ui.btn} onClick={cancel} disabled={operation.cancelRequested}>
          Cancel
        </button>
      )}
    </>
  );
}
