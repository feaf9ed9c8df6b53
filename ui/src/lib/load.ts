import type { StatsRow } from "../api/types";
import { memoryParts } from "./format";

/** Where the load line is drawn. */
export const LINE = 0.8;
/** From here on it is more than a line that was crossed. */
export const FULL = 0.9;

export type Load = "ok" | "high" | "full";

export function loadOf(share: number): Load {
  return share >= FULL ? "full" : share >= LINE ? "high" : "ok";
}

/** Share of the whole machine's processors; the number itself counts one core as 100, as `docker stats` does. */
export const cpuShare = (row: StatsRow, cores: number) => Math.min(1, row[1] / 100 / Math.max(1, cores));
export const memoryShare = (row: StatsRow) => (row[3] > 0 ? Math.min(1, row[2] / row[3]) : 0);

/** "0.4%", "22.4%", "140%" */
export const percent = (n: number) => `${n >= 100 ? Math.round(n) : n.toFixed(1)}%`;

/** "84.2 MiB" */
export const memory = (bytes: number) => memoryParts(bytes).join(" ");

const bitUnits = ["b/s", "kb/s", "Mb/s", "Gb/s"];

/** A speed in a given unit of those above: "84", "0.3". */
export function bitsIn(unit: string, bytesPerSecond: number): string {
  const value = (bytesPerSecond * 8) / 1000 ** Math.max(0, bitUnits.indexOf(unit));
  return unit === bitUnits[0] || value >= 10 ? String(Math.round(value)) : value.toFixed(1);
}

/** Bits in a second, as networks are sold: ["84", "Mb/s"]. */
export function bitParts(bytesPerSecond: number): [string, string] {
  const thousands = Math.floor(Math.log10(Math.max(1, bytesPerSecond * 8)) / 3);
  const unit = bitUnits[Math.min(thousands, bitUnits.length - 1)] ?? "";
  return [bitsIn(unit, bytesPerSecond), unit];
}
export const bits = (bytesPerSecond: number) => bitParts(bytesPerSecond).join(" ");

/** Containers near the end of a limit of their own, with the share in per cent. */
export type Pressure = ReadonlyMap<string, { percent: number; limit: number }>;

/** One that has been near its limit stays on the list until it is well below, or it would come and go. */
const LEAVE = 0.85;
/** The number in the text follows in steps, so that the page does not render for each per cent. */
const STEP = 2;

export function pressure(
  before: Pressure,
  all: Iterable<StatsRow>,
  machineMemory: number | undefined,
): Pressure {
  const next = new Map<string, { percent: number; limit: number }>();
  let changed = false;
  for (const row of all) {
    const [id, , , limit] = row;
    const own = machineMemory !== undefined && limit < machineMemory;
    const share = memoryShare(row);
    const was = before.get(id);
    if (!own || share < (was ? LEAVE : FULL)) continue;
    const now = Math.round(share * 100);
    const keep = was && was.limit === limit && Math.abs(was.percent - now) < STEP;
    next.set(id, keep ? was : { percent: now, limit });
    changed ||= !keep;
  }
  return changed || next.size !== before.size ? next : before;
}
