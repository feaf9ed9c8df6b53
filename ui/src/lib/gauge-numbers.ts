import type { HostStats, StatsHistory } from "../api/types";
import { diskParts, memoryParts } from "./format";
import { bitParts, bitsIn } from "./load";

export type GaugeNumber = { value: string; unit: string; sub: string; point: number };

const share = (used: number, total: number) => (total > 0 ? used / total : 0);

/** The machine's gauges, in their order. `top` is where the scale of the line ends; without it, it follows. */
export const gaugeNumbers: { top?: number; read: (host: HostStats) => GaugeNumber }[] = [
  {
    top: 1,
    read: (h) => ({
      value: h.cpuPercent < 9.95 ? h.cpuPercent.toFixed(1) : String(Math.round(h.cpuPercent)),
      unit: "%",
      sub: h.cores === 1 ? "1 core" : `${h.cores} cores`,
      point: h.cpuPercent / 100,
    }),
  },
  {
    top: 1,
    read: (h) => {
      const [value, unit] = memoryParts(h.memoryUsedBytes);
      const sub = `of ${memoryParts(h.memoryTotalBytes).join(" ")}`;
      return { value, unit, sub, point: share(h.memoryUsedBytes, h.memoryTotalBytes) };
    },
  },
  {
    top: 1,
    read: (h) => {
      const [value, unit] = diskParts(h.storageUsedBytes);
      const sub = `of ${diskParts(h.storageTotalBytes).join(" ")}`;
      return { value, unit, sub, point: share(h.storageUsedBytes, h.storageTotalBytes) };
    },
  },
  {
    read: (h) => {
      const both = h.rxPerSecond + h.txPerSecond;
      const [value, unit] = bitParts(both);
      // In the unit of the sum: there is no room for three.
      const part = (bytes: number) => bitsIn(unit, bytes);
      return { value, unit, sub: `↓ ${part(h.rxPerSecond)} ↑ ${part(h.txPerSecond)}`, point: both };
    },
  },
];

/** The same number of gauge `index` from a point of the recorded history. */
export function recordedPoint(index: number, history: StatsHistory, point: number, now: HostStats): number {
  switch (index) {
    case 0:
      return (history.cpu[point] ?? 0) / 100;
    case 1:
      return share(history.memory[point] ?? 0, now.memoryTotalBytes);
    case 2:
      return share(history.storage[point] ?? 0, now.storageTotalBytes);
    default:
      return (history.rx[point] ?? 0) + (history.tx[point] ?? 0);
  }
}
