import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import ui from "../styles/controls.module.css";
import css from "./dialog.module.css";
import { Icon } from "./icon";

type Props = {
  title: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
  /** Absent: it cannot be dismissed. */
  onClose?: () => void;
  wide?: boolean;
  /** For assistive technology, when the title is not on show. */
  label?: string;
  bare?: boolean;
};

/** The browser's own modal dialog: it keeps focus inside, puts it back afterwards, and closes the topmost on Escape. */
export function Dialog({ title, children, footer, onClose, wide = false, label, bare = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    dialog.showModal();
    // What there is to type comes before the button that closes.
    dialog.querySelector<HTMLElement>("[data-body] :is(input:not([type=checkbox]), textarea)")?.focus();
    // Closing before the element goes lets the browser return focus to where it was.
    return () => dialog.close();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does for the keyboard what the backdrop does for the pointer
    <dialog
      ref={ref}
      className={`${bare ? css.bare : css.dialog}${wide ? ` ${css.wide}` : ""}`}
      aria-labelledby={label ? undefined : heading}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose?.();
      }}
    >
      {bare ? (
        children
      ) : (
        <div className={css.inside}>
          <header>
            <h2 id={heading}>{title}</h2>
            {onClose && (
              <button type="button" className={ui.icon} aria-label="Close" onClick={onClose}>
                <Icon name="x" />
              </button>
            )}
          </header>
          <div className={css.body} data-body>
            {children}
          </div>
          {footer && <footer>{footer}</footer>}
        </div>
      )}
    </dialog>
  );
}
