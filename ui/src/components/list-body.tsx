import type { ReactNode } from "react";
import { useEngine } from "../api/cache";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import { Icon } from "./icon";
import { EmptyState, ErrorState, Skeleton } from "./states";

type Props<T> = {
  /** "image": what is listed, one of them. */
  thing: string;
  data: readonly T[] | undefined;
  error: unknown;
  onRetry: () => void;
  /** Those that the filters leave. */
  shown: readonly T[];
  q: string | undefined;
  /** Takes all filters away. */
  onClear: () => void;
  /** The button for the first of them. */
  add: { label: string; onClick: () => void };
  /** Heads of the columns; one for the actions comes after them. */
  columns: readonly string[];
  row: (item: T) => ReactNode;
};

const upper = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** The table of a list page, or what stands in its place: reading, failed, nothing there, nothing left. */
export function ListBody<T>({ thing, data, error, shown, q, add, columns, row, ...on }: Props<T>) {
  if (!data) {
    return error ? (
      <ErrorState what={`The ${thing}s could not be read`} error={error} onRetry={on.onRetry} />
    ) : (
      <Skeleton width="100%" height={220} />
    );
  }
  if (data.length === 0) {
    return (
      <EmptyState text={`There is no ${thing} on this server yet.`}>
        <button type="button" className={ui.primary} onClick={add.onClick}>
          {add.label}
        </button>
      </EmptyState>
    );
  }
  if (shown.length === 0) {
    return (
      <EmptyState text={q ? `Nothing matches “${q}”.` : `Every ${thing} is in use.`}>
        <button type="button" className={ui.btn} onClick={on.onClear}>
          Clear
        </button>
      </EmptyState>
    );
  }
  return (
    <div className={list.frame}>
      <table className={list.table} aria-label={`${upper(thing)}s`}>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>{shown.map(row)}</tbody>
      </table>
    </div>
  );
}

/** In the last cell of a row. */
export function RemoveButton({ name, onClick }: { name: string; onClick: () => void }) {
  const off = useEngine()?.connected === false;
  return (
    <button
      type="button"
      className={ui.icon}
      aria-label={`Remove ${name}`}
      title="Remove"
      disabled={off}
      onClick={onClick}
    >
      <Icon name="trash" size={17} />
    </button>
  );
}
