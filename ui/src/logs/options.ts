import { ago, dateTime, preciseClock } from "../lib/format";
import { recall, remember } from "../lib/local";
import { createStore } from "../lib/store";

export type TimeMode = "off" | "clock" | "date" | "ago";

/** How logs are shown. One choice for all of them, remembered. */
export type LogOptions = { times: TimeMode; wrap: boolean; json: boolean };

const standard: LogOptions = { times: "clock", wrap: false, json: false };
const modes: readonly TimeMode[] = ["off", "clock", "date", "ago"];

function kept(): LogOptions {
  const found = recall<Partial<LogOptions>>("logs", {});
  return {
    times: modes.find((m) => m === found.times) ?? standard.times,
    wrap: found.wrap === true,
    json: found.json === true,
  };
}

export const logOptions = createStore<LogOptions>(kept());

export function changeOptions(part: Partial<LogOptions>): void {
  const next = { ...logOptions.get(), ...part };
  remember("logs", next);
  logOptions.set(next);
}

export function timeText(mode: TimeMode, time: string | undefined, now: number): string {
  if (!time || mode === "off") return "";
  if (mode === "clock") return preciseClock(time);
  if (mode === "date") return `${dateTime(time).split(",")[0]} ${preciseClock(time)}`;
  return ago(time, now);
}
