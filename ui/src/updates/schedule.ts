/** The schedule of updates: a cron expression of five fields, and the few that most people want in words. */

export const weekdays = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;

export type Schedule =
  | { kind: "never" }
  | { kind: "daily"; time: string }
  /** `day`: 1 is Monday, 7 is Sunday. */
  | { kind: "weekly"; day: number; time: string }
  | { kind: "own"; cron: string };

export const isTime = (text: string): boolean => /^([01]?\d|2[0-3]):[0-5]\d$/.test(text.trim());

const number = (text: string | undefined, most: number): number | undefined =>
  text !== undefined && /^\d{1,2}$/.test(text) && Number(text) <= most ? Number(text) : undefined;

const two = (n: number) => String(n).padStart(2, "0");

const names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Cron counts Sunday as 0 and as 7; here it is 7, as in the rest of the settings. */
function dayOf(text: string | undefined): number | undefined {
  const named = names.indexOf((text ?? "").toLowerCase());
  const day = named >= 0 ? named : number(text, 7);
  return day === 0 ? 7 : day;
}

export function readSchedule(cron: string | undefined): Schedule {
  if (cron === undefined) return { kind: "never" };
  const [minute, hour, date, month, weekday, ...more] = cron.trim().split(/\s+/);
  const m = number(minute, 59);
  const h = number(hour, 23);
  const day = dayOf(weekday);
  if (m === undefined || h === undefined || date !== "*" || month !== "*" || more.length > 0)
    return { kind: "own", cron };
  const time = `${two(h)}:${two(m)}`;
  if (weekday === "*") return { kind: "daily", time };
  return day === undefined ? { kind: "own", cron } : { kind: "weekly", day, time };
}

/** Undefined means never. The times have been checked by `isTime`. */
export function writeSchedule(schedule: Schedule): string | undefined {
  if (schedule.kind === "never") return undefined;
  if (schedule.kind === "own") return schedule.cron.trim().split(/\s+/).join(" ");
  const [hour, minute] = schedule.time.trim().split(":").map(Number);
  return `${minute} ${hour} * * ${schedule.kind === "daily" ? "*" : schedule.day % 7}`;
}

const every = (text: string | undefined, most: number): number | undefined =>
  text?.startsWith("*/") ? number(text.slice(2), most) : undefined;

/** The expression as a person says it; undefined when it takes more than a sentence. */
export function scheduleWords(cron: string | undefined): string | undefined {
  const schedule = readSchedule(cron);
  switch (schedule.kind) {
    case "never":
      return "Never by itself";
    case "daily":
      return `Every day at ${schedule.time}`;
    case "weekly":
      return `Every ${weekdays[schedule.day - 1]} at ${schedule.time}`;
    case "own":
      return ownWords(schedule.cron);
  }
}

function ownWords(cron: string): string | undefined {
  const [minute, hour, date, month, weekday, ...more] = cron.trim().split(/\s+/);
  if (month !== "*" || more.length > 0) return undefined;
  const m = number(minute, 59);
  const h = number(hour, 23);
  const d = number(date, 31);
  if (m !== undefined && h !== undefined && d && weekday === "*")
    return `On day ${d} of each month at ${two(h)}:${two(m)}`;
  if (date !== "*") return undefined;
  if (m !== undefined && h !== undefined && (weekday === "1-5" || weekday?.toLowerCase() === "mon-fri"))
    return `From Monday to Friday at ${two(h)}:${two(m)}`;
  if (weekday !== "*") return undefined;
  const minutes = every(minute, 59);
  if (minutes && hour === "*") return `Every ${minutes} minutes`;
  const hours = every(hour, 23);
  if (m !== undefined && hours) return `Every ${hours} hours, at minute ${m}`;
  return m !== undefined && hour === "*" ? `Every hour, at minute ${m}` : undefined;
}

/** "Saturday and Sunday, 03:00 to 05:30": when a container may be updated by itself. */
export function windowWords(window: { days?: readonly number[]; from: string; to: string }): string {
  const days = (window.days ?? []).flatMap((d) => weekdays[d - 1] ?? []);
  const when =
    days.length === 0 || days.length === 7
      ? "Every day"
      : days.length === 1
        ? days[0]
        : `${days.slice(0, -1).join(", ")} and ${days[days.length - 1]}`;
  return `${when}, ${window.from} to ${window.to}`;
}
