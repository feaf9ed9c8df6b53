import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import type { Sort, StateFilter } from "../lib/arrange";
import ui from "../styles/controls.module.css";
import { Icon } from "./icon";
import { LatePopover } from "./late-popover";
import css from "./toolbar.module.css";

const filters: { value: StateFilter; label: string }[] = [
  { value: "all", label: "All" },
  { value: "running", label: "Running" },
  { value: "attention", label: "Needs attention" },
  { value: "stopped", label: "Stopped" },
];
const sortWords: Record<Sort, string> = {
  name: "Name",
  state: "State",
  cpu: "Processor use",
  memory: "Memory use",
  newest: "Newest first",
};

function SortButton({ sort, onSort }: { sort: Sort; onSort: (s: Sort) => void }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={`${ui.btn} ${css.sort}`}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`Sort: ${sortWords[sort]}`}
        title={`Sort: ${sortWords[sort]}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="sort" size={17} />
      </button>
      {open && button.current && (
        <LatePopover anchor={button.current} label="Sort" width={180} onClose={() => setOpen(false)}>
          {(Object.keys(sortWords) as Sort[]).map((s) => (
            <button
              key={s}
              type="button"
              className={css.choice}
              aria-pressed={s === sort}
              onClick={() => {
                onSort(s);
                setOpen(false);
              }}
            >
              <span>{sortWords[s]}</span>
              {s === sort && <Icon name="check" size={16} />}
            </button>
          ))}
        </LatePopover>
      )}
    </>
  );
}

/** Filter, order and layout live in the address, so that a link or Back brings them again. */
export function Toolbar({ counts }: { counts: Record<StateFilter, number> | undefined }) {
  const search = useSearch({ from: "/app/" });
  const navigate = useNavigate({ from: "/" });
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (s) => ({ ...s, ...change }), replace: true, resetScroll: false });
  const state = search.state ?? "all";
  return (
    <div className={css.bar}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the segmented shape */}
      <div className={`${ui.seg} ${css.states}`} role="group" aria-label="Show">
        {filters.map((f) => (
          <button
            key={f.value}
            type="button"
            aria-pressed={state === f.value}
            onClick={() => set({ state: f.value === "all" ? undefined : f.value })}
          >
            {f.label}
            {counts && <small>{counts[f.value]}</small>}
          </button>
        ))}
      </div>
      <label className={`${ui.search} ${css.filter}`}>
        <Icon name="filter" size={16} />
        <input
          type="search"
          data-filter
          aria-label="Filter containers"
          placeholder="Filter"
          value={search.q ?? ""}
          autoComplete="off"
          spellCheck={false}
          onChange={(e) => set({ q: e.target.value || undefined })}
          onKeyDown={(e) => {
            if (e.key !== "Escape") return;
            if (search.q) set({ q: undefined });
            else e.currentTarget.blur();
          }}
        />
        {!search.q && <kbd>/</kbd>}
      </label>
      <SortButton sort={search.sort ?? "name"} onSort={(s) => set({ sort: s === "name" ? undefined : s })} />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the segmented shape */}
      <div className={`${ui.segIcons} ${css.layout}`} role="group" aria-label="Layout">
        <button
          type="button"
          aria-pressed={search.view !== "list"}
          aria-label="Tiles"
          title="Tiles"
          onClick={() => set({ view: undefined })}
        >
          <Icon name="tiles" size={17} />
        </button>
        <button
          type="button"
          aria-pressed={search.view === "list"}
          aria-label="List"
          title="List"
          onClick={() => set({ view: "list" })}
        >
          <Icon name="list" size={17} />
        </button>
      </div>
      <Link to="/new" className={`${ui.primary} ${css.create}`}>
        <Icon name="plus" size={17} />
        New container
      </Link>
    </div>
  );
}
