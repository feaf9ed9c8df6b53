import { useStore } from "../lib/store";
import css from "./dock.module.css";
import { dockHeight, KEPT_OF_PAGE, LEAST_HEIGHT, setDockHeight, setDockMode } from "./state";

const STEP = 24;

/** The upper edge of the dock: drag it, or move it with the arrow keys. */
export function Resizer() {
  const height = useStore(dockHeight);
  const most = Math.max(LEAST_HEIGHT, innerHeight - KEPT_OF_PAGE);
  const keys: Record<string, number> = {
    ArrowUp: height + STEP,
    ArrowDown: height - STEP,
    PageUp: height + 5 * STEP,
    PageDown: height - 5 * STEP,
    Home: LEAST_HEIGHT,
    End: most,
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      className={css.edge}
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the dock"
      aria-valuenow={height}
      aria-valuemin={LEAST_HEIGHT}
      aria-valuemax={most}
      onDoubleClick={() => setDockMode("small")}
      onKeyDown={(event) => {
        const to = keys[event.key];
        if (to === undefined) return;
        event.preventDefault();
        setDockHeight(to, true);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId))
          setDockHeight(innerHeight - event.clientY, false);
      }}
      onPointerUp={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId))
          setDockHeight(innerHeight - event.clientY, true);
      }}
    />
  );
}
