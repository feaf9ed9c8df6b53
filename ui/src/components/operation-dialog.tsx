import { useOperations } from "../api/cache";
import ui from "../styles/controls.module.css";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { OperationSteps } from "./operations-list";

/** The steps of one operation, as long as they are kept. */
export function OperationDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const operation = useOperations().find((o) => o.id === id);
  return (
    <Dialog title={operation?.title ?? "Operation"} onClose={onClose}>
      {operation ? (
        <>
          <OperationSteps operation={operation} />
          {operation.cause && (
            <p className={ui.bad}>
              <Icon name="warn" size={15} />
              {operation.cause}
            </p>
          )}
        </>
      ) : (
        <p>Its steps are no longer kept. The audit log has who asked for it and how it ended.</p>
      )}
    </Dialog>
  );
}
