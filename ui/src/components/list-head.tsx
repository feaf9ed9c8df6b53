import type { ReactNode } from "react";
import ui from "../styles/controls.module.css";
import list from "../styles/list-page.module.css";
import { Icon } from "./icon";

type Props = {
  title: string;
  summary: string;
  /** "images": for the name of the filter. */
  things: string;
  q: string | undefined;
  onFilter: (q: string | undefined) => void;
  children?: ReactNode;
};

/** Title, what there is in one line, the text filter, and whatever else the page puts beside it. */
export function ListHead({ title, summary, things, q, onFilter, children }: Props) {
  return (
    <header className={list.head}>
      <div>
        <h1>{title}</h1>
        <p>{summary}</p>
      </div>
      <FilterField label={`Filter ${things}`} q={q} onFilter={onFilter} className={list.filter} />
      {children}
    </header>
  );
}

/** The field that `/` goes to. Escape empties it first, and leaves it when it is empty. */
export function FilterField({
  label,
  q,
  onFilter,
  className,
}: {
  label: string;
  q: string | undefined;
  onFilter: (q: string | undefined) => void;
  className?: string;
}) {
  return (
    <label className={`${ui.search} ${className ?? ""}`}>
      <Icon name="filter" size={16} />
      <input
        type="search"
        data-filter
        aria-label={label}
        placeholder="Filter"
        autoComplete="off"
        spellCheck={false}
        value={q ?? ""}
        onChange={(e) => onFilter(e.target.value || undefined)}
        onKeyDown={(e) => {
          if (e.key !== "Escape") return;
          if (q) onFilter(undefined);
          else e.currentTarget.blur();
        }}
      />
      {!q && <kbd>/</kbd>}
    </label>
  );
}

/** Two or three ways to look at a list, with how many each holds. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string; count?: number }[];
  onChange: (value: T) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the segmented shape
    <div className={ui.seg} role="group" aria-label={label}>
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          aria-pressed={value === o.value}
          onClick={() => onChange(o.value)}
        >
          {o.label}
          {o.count !== undefined && <small>{o.count}</small>}
        </button>
      ))}
    </div>
  );
}
