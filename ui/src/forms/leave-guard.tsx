import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ConfirmDialog } from "../components/confirm-dialog";

/**
 * Asks before another page takes the place of a form with typed work; the browser asks when it is closed or loaded
 * anew. A step that has saved the work goes on with `ignoreBlocker`.
 */
export function LeaveGuard({ when }: { when: boolean }) {
  const { history } = useRouter();
  /** Answers the navigation that waits: true keeps it from happening. */
  const [asked, setAsked] = useState<(stay: boolean) => void>();

  useEffect(() => {
    if (!when) return;
    return history.block({
      enableBeforeUnload: true,
      blockerFn: async ({ currentLocation, nextLocation }) =>
        // The same page with another search still holds the form.
        currentLocation.pathname !== nextLocation.pathname &&
        new Promise<boolean>((resolve) => setAsked(() => resolve)),
    });
  }, [history, when]);

  // A second navigation, or the end of the form, answers the first.
  useEffect(() => () => asked?.(true), [asked]);

  if (!asked) return null;
  return (
    <ConfirmDialog
      title="Leave without saving?"
      verb="Leave"
      onConfirm={async () => asked(false)}
      onClose={() => setAsked(undefined)}
    >
      <p>What you typed here is lost when you leave.</p>
    </ConfirmDialog>
  );
}
