import { useRef, useState } from "react";
import { useContainers } from "../api/cache";
import type { Container } from "../api/types";
import { Icon } from "../components/icon";
import { Lamp } from "../components/lamp";
import { Popover } from "../components/popover";
import { useNow } from "../lib/format";
import { statusOf } from "../lib/status";
import ui from "../styles/controls.module.css";
import css from "./log-bar.module.css";

/** Most logs side by side. */
export const MOST_LOGS = 4;

type Props = { containers: readonly Container[]; onContainers: (names: string[]) => void };

/** Puts further logs beside this one, and takes them away again. */
export function LogAdd({ containers, onContainers }: Props) {
  const { data = [] } = useContainers();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState("");
  const button = useRef<HTMLButtonElement>(null);
  const names = containers.map((c) => c.name);
  const listed = data
    .filter((c) => c.name.toLowerCase().includes(filter.trim().toLowerCase()))
    .sort((a, b) => a.name.localeCompare(b.name));
  const toggle = (name: string) =>
    onContainers(names.includes(name) ? names.filter((n) => n !== name) : [...names, name]);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={ui.icon}
        aria-label="Logs side by side"
        title="Side by side"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="columns" size={17} />
      </button>
      {open && button.current && (
        <Popover anchor={button.current} label="Logs side by side" width={264} onClose={() => setOpen(false)}>
          <div className={css.menu}>
            <input
              className={css.pick}
              type="search"
              aria-label="Filter containers"
              placeholder="Filter"
              value={filter}
              onChange={(e) => setFilter(e.target.value)}
            />
            <ul className={css.picks}>
              {listed.map((c) => (
                <li key={c.id}>
                  <label className={ui.check}>
                    <input
                      type="checkbox"
                      checked={names.includes(c.name)}
                      disabled={names.includes(c.name) ? names.length === 1 : names.length >= MOST_LOGS}
                      onChange={() => toggle(c.name)}
                    />
                    <Lamp kind={statusOf(c, now).lamp} />
                    {c.name}
                  </label>
                </li>
              ))}
            </ul>
          </div>
        </Popover>
      )}
    </>
  );
}
