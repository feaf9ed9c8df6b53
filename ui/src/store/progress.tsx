import { useQuery } from "@tanstack/react-query";
import { useOperations } from "../api/cache";
import { installsQuery } from "../api/store";
import { OperationEnd, OperationRunning, OperationWork } from "../components/operation-progress";
import { Skeleton } from "../components/states";
import ui from "../styles/controls.module.css";
import { InstallCard } from "./install-card";
import { SecretsCard } from "./secrets-card";
import css from "./sheet.module.css";

const done: Record<string, string> = {
  install: "It is installed.",
  changeApp: "The new settings are in place.",
  uninstall: "It is uninstalled.",
};

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
  return (
    <div className={css.form}>
      {operation && !running && <OperationEnd operation={operation} good={done[operation.kind] ?? "Done."} />}
      {install !== undefined && <SecretsCard install={install} />}
      {it && it.state === "installed" && !running && <InstallCard install={it} />}
      {operation ? (
        <OperationWork operation={operation} />
      ) : installs ? (
        <p className={ui.help}>
          Its steps are no longer kept. The audit log has who asked for it and how it ended.
        </p>
      ) : (
        <Skeleton width="100%" height={160} />
      )}
      <footer className={css.foot}>
        {running ? (
          <OperationRunning operation={operation} />
        ) : (
          <button type="button" className={ui.primary} onClick={() => onClose(again)}>
            {again ? "Back to the form" : "Done"}
          </button>
        )}
      </footer>
    </div>
  );
}
