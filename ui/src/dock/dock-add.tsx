import { useRef, useState } from "react";
import { useContainers, useEngine } from "../api/cache";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import { Popover } from "../components/popover";
import { can } from "../lib/actions";
import { useNow } from "../lib/format";
import { statusOf } from "../lib/status";
import ui from "../styles/controls.module.css";
import css from "./dock.module.css";
import { openLogs, openTerminal } from "./state";

/** Opens a further log, or one more terminal, of any container. */
export function DockAdd() {
  const { data = [] } = useContainers();
  const engine = useEngine();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  const listed = data
    .filter((c) => c.name.toLowerCase().includes(filter.trim().toLowerCase()))
    .sort((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <button
        ref={button}
        type="button"
        className={ui.icon}
        aria-label="Open another log or terminal"
        title="Another log or terminal"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="plus" size={16} />
      </button>
      {open && button.current && (
        <Popover
          anchor={button.current}
          label="Open another log or terminal"
          width={320}
          onClose={() => setOpen(false)}
        >
          <div className={css.add}>
            <input
              type="search"
              aria-label="Filter containers"
              placeholder="Filter"
              value={filter}
              onChange={(e) => setFilter(e.target.value)}
            />
            <ul>
              {listed.map((c) => {
                const verdict = can("terminal", c, engine);
                return (
                  <li key={c.id}>
                    <Lamp kind={statusOf(c, now).lamp} />
                    <span>{c.name}</span>
                    <button
                      type="button"
                      className={ui.icon}
                      aria-label={`Log of ${c.name}`}
                      title="Log"
                      onClick={() => {
                        setOpen(false);
                        openLogs([c]);
                      }}
                    >
                      <Icon name="log" size={17} />
                    </button>
                    <button
                      type="button"
                      className={ui.icon}
                      aria-label={`New terminal in ${c.name}`}
                      title={verdict.ok ? "New terminal" : verdict.reason}
                      disabled={!verdict.ok}
                      onClick={() => {
                        setOpen(false);
                        openTerminal(c, {}, true);
                      }}
                    >
                      <Icon name="terminal" size={17} />
                    </button>
                  </li>
                );
              })}
            </ul>
          </div>
        </Popover>
      )}
    </>
  );
}
