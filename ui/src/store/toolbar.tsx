import { useState } from "react";
import type { Found, StoreView } from "../api/store";
import { Icon } from "../components/icon";
import type { AppSort, StoreSearch } from "../router";
import ui from "../styles/controls.module.css";
import css from "./cards.module.css";
import { categoryWord } from "./words";

const FIRST = 8;

const sortWords: Record<AppSort | "best", string> = {
  best: "Best match",
  updated: "Lately updated",
  added: "New in the store",
};

type Props = {
  search: StoreSearch;
  set: (change: StoreSearch) => void;
  found: Found | undefined;
  stores: readonly StoreView[];
  installed: number;
};

/** Categories with what they hold, and order. A chosen one is always on show. */
export function Toolbar({ search, set, found, stores, installed }: Props) {
  const [more, setMore] = useState(false);
  const all = found?.categories ?? [];
  const chosen = search.category;
  const first = more ? all : all.slice(0, FIRST);
  const hidden = chosen !== undefined && !first.some((c) => c.name === chosen);
  const shown = hidden
    ? [...first, all.find((c) => c.name === chosen) ?? { name: chosen, count: undefined }]
    : first;
  const chip = (label: string, count: number | undefined, on: boolean, change: StoreSearch) => (
    <button key={label} type="button" className={ui.quiet} aria-pressed={on} onClick={() => set(change)}>
      {label}
      {count !== undefined && <small>{count}</small>}
    </button>
  );
  return (
    <div className={css.bar}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would not take the shape of a row */}
      <div className={css.chips} role="group" aria-label="Categories">
        {chip("All", chosen ? undefined : found?.total, !chosen && !search.installed, {
          category: undefined,
          installed: undefined,
        })}
        {installed > 0 &&
          chip("Installed", installed, search.installed === true, { category: undefined, installed: true })}
        {shown.map((c) =>
          chip(categoryWord(c.name), c.count, c.name === chosen, {
            category: c.name === chosen ? undefined : c.name,
            installed: undefined,
          }),
        )}
        {all.length > FIRST && (
          <button type="button" className={ui.link} aria-expanded={more} onClick={() => setMore(!more)}>
            {more ? "Fewer" : `${all.length - FIRST} more`}
          </button>
        )}
      </div>
      {!search.installed && (
        <div className={css.selects}>
          {stores.length > 1 && (
            <label>
              <span className="vh">Store</span>
              <select value={search.from ?? ""} onChange={(e) => set({ from: e.target.value || undefined })}>
                <option value="">All stores</option>
                {stores.map((s) => (
                  <option key={s.id} value={s.id}>
                    {s.name}
                  </option>
                ))}
              </select>
              <Icon name="down" size={16} />
            </label>
          )}
          <label>
            <span className="vh">Sort</span>
            <select
              value={search.sort ?? "best"}
              onChange={(e) =>
                set({ sort: e.target.value === "best" ? undefined : (e.target.value as AppSort) })
              }
            >
              {(Object.keys(sortWords) as (keyof typeof sortWords)[]).map((s) => (
                <option key={s} value={s}>
                  {s === "best" && !search.q ? "By name" : sortWords[s]}
                </option>
              ))}
            </select>
            <Icon name="down" size={16} />
          </label>
        </div>
      )}
    </div>
  );
}
