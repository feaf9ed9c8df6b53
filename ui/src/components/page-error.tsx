import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import ui from "../styles/controls.module.css";
import { EmptyState, ErrorState } from "./states";

/** A part of the page that could not be fetched stays failed until the page itself is loaded again. */
export function PageError({ error }: ErrorComponentProps) {
  return <ErrorState what="This page could not be shown" error={error} onRetry={() => location.reload()} />;
}

export function NotFound() {
  return (
    <main>
      <EmptyState text="There is no page at this address.">
        <Link to="/" className={ui.primary}>
          Go to the dashboard
        </Link>
      </EmptyState>
    </main>
  );
}
