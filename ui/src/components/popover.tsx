import { type ReactNode, useLayoutEffect, useRef, useState } from "react";
import css from "./popover.module.css";

type Props = {
  anchor: HTMLElement;
  onClose: () => void;
  label: string;
  width?: number;
  children: ReactNode;
};

/** A panel under the control that opened it. Light dismissal, Escape and the top layer come from the browser. */
export function Popover({ anchor, onClose, label, width = 320, children }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const [place, setPlace] = useState<{ top?: number; bottom?: number; right: number }>({ top: 0, right: 0 });
  useLayoutEffect(() => {
    const panel = ref.current;
    if (!panel) return;
    const put = () => {
      const at = anchor.getBoundingClientRect();
      const right = Math.min(
        Math.max(8, document.documentElement.clientWidth - at.right),
        Math.max(8, document.documentElement.clientWidth - width - 8),
      );
      const page = document.documentElement.clientHeight;
      // Above the control where there is more room than below it.
      const up = page - at.bottom < Math.min(panel.offsetHeight + 16, at.top);
      setPlace(up ? { bottom: page - at.top + 8, right } : { top: at.bottom + 8, right });
    };
    const toggled = (event: Event) => {
      if ((event as ToggleEvent).newState === "closed") close.current();
    };
    panel.showPopover();
    put();
    panel.querySelector<HTMLElement>("button, a[href], input, select")?.focus();
    panel.addEventListener("toggle", toggled);
    addEventListener("resize", put);
    return () => {
      removeEventListener("resize", put);
      panel.removeEventListener("toggle", toggled);
      const inside = panel.contains(document.activeElement);
      if (panel.matches(":popover-open")) panel.hidePopover();
      if (inside) anchor.focus();
    };
  }, [anchor, width]);
  return (
    <div
      ref={ref}
      popover="auto"
      role="dialog"
      aria-label={label}
      className={css.popover}
      style={{ ...place, width }}
    >
      {children}
    </div>
  );
}
