import { useQuery } from "@tanstack/react-query";
import { useOperations } from "../api/cache";
import { cancelOperation } from "../api/endpoints";
import { messageOf } from "../api/errors";
import { installsQuery } from "../api/store";
import type { Operation } from "../api/types";
import { Icon } from "../components/icon";
import { LayerProgress } from "../components/layer-progress";
import { OperationSteps } from "../components/operations-list";
import { Skeleton } from "../components/states";
import wizard from "../forms/wizard.module.css";
import { addToast } from "../lib/toast";
import ui from "../styles/controls.module.css";
import { InstallCard } from "./install-card";
import { SecretsCard } from "./secrets-card";
import css from "./sheet.module.css";

const done: Record<string, string> = {
  install: "It is installed.",
  changeApp: "The new settings are in place.",
  uninstall: "It is uninstalled.",
};

function Ended({ operation }: { operation: Operation }) {
  const good = operation.state === "succeeded";
  return (
    <div className={good ? wizard.notice : wizard.failure} role={good ? "status" : "alert"}>
      <Icon name={good ? "check" : "warn"} />
      <p>
        <b>
          {good
            ? (done[operation.kind] ?? "Done.")
            : operation.state === "rolledBack"
              ? "It went back to how it was."
              : "It needs a look."}
        </b>{" "}
        {operation.cause}
      </p>
    </div>
  );
}

/** The steps of an operation on an app, also after a reload; then how it ended and where to go from there. */
export function Progress({
  id,
  install,
  onClose,
}: {
  id: string;
  install: string | undefined;
  /** `again`: it did not work, and what was entered is wanted once more. */
  onClose: (again: boolean) => void;
}) {
  const operation = useOperations().find((o) => o.id === id);
  const { data: installs } = useQuery(installsQuery);
  const it = installs?.find((i) => i.id === install);
  const running = operation?.state === "running";
  const again = operation !== undefined && operation.state !== "succeeded" && operation.kind !== "uninstall";
  const layers = operation?.progress?.layers ?? [];
  const cancel = () => {
    cancelOperation(id).catch((error: unknown) =>
      addToast({ kind: "bad", title: "It goes on", detail: messageOf(error) }),
    );
  };
  return (
    <div className={css.form}>
      {operation && !running && <Ended operation={operation} />}
      {install !== undefined && <SecretsCard install={install} />}
      {it && it.state === "installed" && !running && <InstallCard install={it} />}
      {operation ? (
        <section aria-label="Steps">
          <h3>{operation.title}</h3>
          <OperationSteps operation={operation} />
          {running && layers.length > 0 && <LayerProgress layers={layers} />}
        </section>
      ) : installs ? (
        <p className={ui.help}>
          Its steps are no longer kept. The audit log has who asked for it and how it ended.
        </p>
      ) : (
        <Skeleton width="100%" height={160} />
      )}
      <footer className={css.foot}>
        {running && <p>You may leave: it goes on and shows in the top bar.</p>}
        {running && operation.cancellable && (
          <button type="button" className={ui.btn} onClick={cancel} disabled={operation.cancelRequested}>
            Cancel
          </button>
        )}
        {!running && (
          <button type="button" className={ui.primary} onClick={() => onClose(again)}>
            {again ? "Back to the form" : "Done"}
          </button>
        )}
      </footer>
    </div>
  );
}
