import { useReducer, useRef, useState } from "react";
import { Icon } from "../components/icon";
import { Popover } from "../components/popover";
import ui from "../styles/controls.module.css";
import { type Level, levels } from "./levels";
import css from "./log-bar.module.css";
import type { LogSource } from "./source";
import { useNews } from "./use-logs";

const words: Record<Level, string> = {
  error: "Errors",
  warn: "Warnings",
  info: "Information",
  debug: "Debug",
  none: "Other lines",
};
const order: readonly Level[] = ["error", "warn", "info", "debug", "none"];

type Props = {
  sources: readonly LogSource[];
  chosen: ReadonlySet<Level> | undefined;
  onChoose: (chosen: ReadonlySet<Level> | undefined) => void;
};

/** Which levels are shown, with how many lines there are of each. */
export function LogLevels({ sources, chosen, onChoose }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // The counts go on while the list is open; nothing else of the bar follows each line.
  const [, recount] = useReducer((times: number) => times + 1, 0);
  useNews(sources, open, recount);
  const count = (level: Level) =>
    sources.reduce((sum, s) => sum + (s.index.counts[levels.indexOf(level)] ?? 0), 0);
  const toggle = (level: Level) => {
    const next = new Set(chosen ?? order);
    if (!next.delete(level)) next.add(level);
    onChoose(next.size === 0 || next.size === order.length ? undefined : next);
  };
  const label = chosen
    ? order
        .filter((l) => chosen.has(l))
        .map((l) => words[l])
        .join(", ")
    : "All levels";
  return (
    <>
      <button
        ref={button}
        type="button"
        className={css.toggle}
        aria-haspopup="dialog"
        aria-expanded={open}
        data-on={chosen !== undefined || undefined}
        onClick={() => setOpen(!open)}
      >
        <span>{label}</span>
        <Icon name="down" size={14} />
      </button>
      {open && button.current && (
        <Popover anchor={button.current} label="Levels" width={248} onClose={() => setOpen(false)}>
          <div className={css.menu}>
            {order.map((level) => (
              <div key={level} className={css.level}>
                <label className={ui.check} data-level={level}>
                  <input
                    type="checkbox"
                    checked={chosen?.has(level) ?? true}
                    onChange={() => toggle(level)}
                  />
                  {words[level]}
                </label>
                <span className={ui.num}>{count(level).toLocaleString("en")}</span>
                <button
                  type="button"
                  className={ui.link}
                  aria-label={`Only ${words[level].toLowerCase()}`}
                  onClick={() => onChoose(new Set([level]))}
                >
                  only
                </button>
              </div>
            ))}
            <button type="button" className={ui.quiet} onClick={() => onChoose(undefined)}>
              Show all
            </button>
          </div>
        </Popover>
      )}
    </>
  );
}
