import { useState } from "react";
import { useStore } from "../lib/store";
import ui from "../styles/controls.module.css";
import css from "./log-bar.module.css";
import { changeOptions, logOptions, type TimeMode } from "./options";
import type { LogPart } from "./read";

const times: [TimeMode, string][] = [
  ["off", "Off"],
  ["clock", "Clock"],
  ["date", "Date"],
  ["ago", "Ago"],
];
export const tails = [1000, 10_000, 100_000, 1_000_000] as const;

const spans: [string, number][] = [
  ["15 min", 15],
  ["1 hour", 60],
  ["24 hours", 24 * 60],
];

type Props = {
  part: LogPart;
  onPart: (part: LogPart) => void;
  /** Absent when there is one log only. */
  merged?: boolean;
  onMerged: (merged: boolean) => void;
  /** False when the time lies before what is loaded, and reading has begun from there. */
  onSeek: (time: Date) => void;
};

/** `2026-11-24T14:32:06` as the reader's clock has it, to RFC 3339. */
const exact = (local: string): string | undefined => {
  const at = new Date(local);
  return local === "" || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
};

/** How a log is shown, how much of it is read, and the way to a time. */
export function LogMenu({ part, onPart, merged, onMerged, onSeek }: Props) {
  const options = useStore(logOptions);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [jump, setJump] = useState("");
  const whole = part.tail === undefined && !part.since && !part.until;
  return (
    <div className={css.menu}>
      <fieldset>
        <legend>Times</legend>
        <div className={ui.seg}>
          {times.map(([mode, word]) => (
            <button
              key={mode}
              type="button"
              aria-pressed={options.times === mode}
              onClick={() => changeOptions({ times: mode })}
            >
              {word}
            </button>
          ))}
        </div>
      </fieldset>
      <label className={ui.check}>
        <input
          type="checkbox"
          checked={options.json}
          onChange={(e) => changeOptions({ json: e.target.checked })}
        />
        Lay out JSON
      </label>
      {merged !== undefined && (
        <label className={ui.check}>
          <input type="checkbox" checked={merged} onChange={(e) => onMerged(e.target.checked)} />
          Merge by time
        </label>
      )}
      <form
        onSubmit={(e) => {
          e.preventDefault();
          const at = exact(jump);
          if (at) onSeek(new Date(at));
        }}
      >
        <label className={css.when}>
          Go to
          <input type="datetime-local" step={1} value={jump} onChange={(e) => setJump(e.target.value)} />
        </label>
        <button type="submit" className={ui.quiet} disabled={!exact(jump)}>
          Go
        </button>
      </form>
      <fieldset>
        <legend>How much to read</legend>
        <select
          aria-label="How much to read"
          value={whole ? "all" : (part.tail ?? "part")}
          onChange={(e) => onPart(e.target.value === "all" ? {} : { tail: Number(e.target.value) })}
        >
          {tails.map((n) => (
            <option key={n} value={n}>
              Last {n.toLocaleString("en")} lines
            </option>
          ))}
          <option value="all">All of it</option>
          {!whole && part.tail === undefined && (
            <option value="part" disabled>
              A part by time
            </option>
          )}
        </select>
        <div className={css.spans}>
          {spans.map(([word, minutes]) => (
            <button
              key={word}
              type="button"
              className={ui.quiet}
              onClick={() => onPart({ since: new Date(Date.now() - minutes * 60_000).toISOString() })}
            >
              {word}
            </button>
          ))}
        </div>
      </fieldset>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          onPart({ since: exact(from), until: exact(to) });
        }}
      >
        <label className={css.when}>
          From
          <input type="datetime-local" step={1} value={from} onChange={(e) => setFrom(e.target.value)} />
        </label>
        <label className={css.when}>
          Until
          <input type="datetime-local" step={1} value={to} onChange={(e) => setTo(e.target.value)} />
        </label>
        <button type="submit" className={ui.quiet} disabled={!exact(from) && !exact(to)}>
          Read
        </button>
      </form>
    </div>
  );
}
