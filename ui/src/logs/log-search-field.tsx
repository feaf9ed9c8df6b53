import type { RefObject } from "react";
import { Icon } from "../components/icon";
import ui from "../styles/controls.module.css";
import css from "./log-bar.module.css";
import type { PaneState } from "./log-pane";
import type { Pattern } from "./pattern";

type Props = {
  field: RefObject<HTMLInputElement | null>;
  query: Pattern;
  onQuery: (query: Pattern) => void;
  onlyHits: boolean;
  onOnlyHits: (only: boolean) => void;
  state: PaneState | undefined;
  /** Why the pattern cannot be used, or was given up. */
  problem: string | undefined;
  onGo: (step: 1 | -1) => void;
};

/** The search of a log: text or a regular expression, and the way through what it finds. */
export function LogSearchField(props: Props) {
  const { field, query, onQuery, onlyHits, onOnlyHits, state, problem, onGo } = props;
  const on = query.text !== "";
  return (
    <div className={css.find}>
      <label className={`${ui.search} ${css.search}`}>
        <Icon name="search" size={15} />
        <input
          ref={field}
          type="search"
          data-filter
          aria-label="Search the log"
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? "log-search-problem" : undefined}
          placeholder="Search"
          autoComplete="off"
          spellCheck={false}
          value={query.text}
          onChange={(e) => onQuery({ ...query, text: e.target.value })}
          onKeyDown={(e) => {
            if (e.key === "Enter") onGo(e.shiftKey ? -1 : 1);
            if (e.key === "Escape" && on) {
              e.stopPropagation();
              onQuery({ ...query, text: "" });
            }
          }}
        />
        {on && !problem && state && (
          <span className={ui.num} role="status">
            {state.hits > 0
              ? `${state.position.toLocaleString("en")} of ${state.hits.toLocaleString("en")}${state.busy ? "…" : ""}`
              : state.busy
                ? "…"
                : "none"}
          </span>
        )}
        <Switch
          on={query.matchCase}
          label="Match case"
          onClick={() => onQuery({ ...query, matchCase: !query.matchCase })}
        >
          Aa
        </Switch>
        <Switch
          on={query.regex}
          label="Regular expression"
          onClick={() => onQuery({ ...query, regex: !query.regex })}
        >
          .*
        </Switch>
      </label>
      {on && (
        <>
          <button
            type="button"
            className={ui.icon}
            aria-label="Hit before"
            title="N"
            onClick={() => onGo(-1)}
          >
            <Icon name="up" size={17} />
          </button>
          <button type="button" className={ui.icon} aria-label="Next hit" title="n" onClick={() => onGo(1)}>
            <Icon name="down" size={17} />
          </button>
          <button
            type="button"
            className={css.toggle}
            aria-pressed={onlyHits}
            title="Show only lines that match"
            onClick={() => onOnlyHits(!onlyHits)}
          >
            <Icon name="filter" size={15} />
            Only hits
          </button>
        </>
      )}
      {problem && (
        <p className={css.problem} role="alert" id="log-search-problem">
          {problem}
        </p>
      )}
    </div>
  );
}

type SwitchProps = { on: boolean; label: string; onClick: () => void; children: string };

function Switch({ on, label, onClick, children }: SwitchProps) {
  return (
    <button
      type="button"
      className={css.switch}
      aria-pressed={on}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
