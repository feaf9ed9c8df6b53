import { hostHistory } from "../api/stats";
import type { StatsRow } from "../api/types";
import type { Uses } from "./arrange";
import { gaugeNumbers, recordedPoint } from "./gauge-numbers";
import { hostNow, numbersOf, watchContainer, watchHost, watchSamples } from "./live";
import { cpuShare, loadOf, memory, memoryShare, type Pressure, percent, pressure } from "./load";
import { Spark } from "./spark";

/** Writes numbers straight into the page: React renders a meter once, whatever it shows. */

export type MeterKind = "cpu" | "memory";
export type MeterParts = { root: HTMLElement; value: HTMLElement; bar: HTMLElement };

function read(kind: MeterKind, row: StatsRow, cores: number): { share: number; text: string; said: string } {
  if (kind === "cpu") {
    const text = percent(row[1]);
    return { share: cpuShare(row, cores), text, said: `${text} of one core, the machine has ${cores}` };
  }
  const text = memory(row[2]);
  return { share: memoryShare(row), text, said: `${text} of ${memory(row[3])}` };
}

const LEAST_FILL = 0.015;

/** Keeps one meter true. What has not changed is not written: most containers do nothing most of the time. */
export function watchMeter(id: string, kind: MeterKind, { root, value, bar }: MeterParts): () => void {
  let shown = "";
  let filled = -1;
  return watchContainer(id, (row) => {
    const now = row && read(kind, row, hostNow()?.cores ?? 1);
    const text = now?.text ?? "–";
    if (text !== shown) {
      shown = text;
      value.textContent = text;
      bar.setAttribute("aria-valuetext", now?.said ?? "not known");
      bar.title = now?.said ?? "No numbers yet";
    }
    const share = now?.share ?? 0;
    // Something is more than nothing, however little.
    const fill = now ? Math.max(LEAST_FILL, Math.round(share * 200) / 200) : 0;
    if (fill === filled) return;
    filled = fill;
    bar.style.setProperty("--fill", String(fill));
    bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    root.dataset.load = loadOf(share);
  });
}

const write = (element: Element | null | undefined, text: string) => {
  if (element && element.textContent !== text) element.textContent = text;
};

/** Keeps the machine's gauges true, in the order of `gaugeNumbers`. */
export function watchGauges(boxes: HTMLElement[]): () => void {
  const sparks = gaugeNumbers.map((g, i) => new Spark(boxes[i]?.querySelector("svg"), g.top));
  const control = new AbortController();
  let asked = false;
  const leave = watchHost((host, at) => {
    for (const [i, gauge] of gaugeNumbers.entries()) {
      const now = gauge.read(host);
      const box = boxes[i];
      write(box?.querySelector("[data-part=value]"), now.value);
      write(box?.querySelector("[data-part=unit]"), now.unit);
      write(box?.querySelector("[data-part=sub]"), now.sub);
      if (box && gauge.top) box.dataset.load = loadOf(now.point);
      sparks[i]?.push(at, now.point);
    }
    if (asked) return;
    asked = true;
    // The minutes before the page was opened; the live numbers go on from there.
    hostHistory("10m", control.signal).then(
      (history) => {
        for (const [i, spark] of sparks.entries()) {
          const points = history.at.map((_, point) => recordedPoint(i, history, point, host));
          spark.before(history.at, points);
        }
      },
      // The lines then simply begin now.
      () => undefined,
    );
  });
  return () => {
    control.abort();
    leave();
  };
}

const usesOf: Uses = (id) => {
  const row = numbersOf(id);
  return row && { cpu: row[1], memory: row[2] };
};

/** Rows that jump about each second cannot be clicked. */
const REORDER_MS = 5000;

/** Tells at once and then every few seconds what containers use, by a new function each time. */
export function watchUses(onUses: (uses: Uses) => void): () => void {
  let last = 0;
  return watchSamples(() => {
    const now = performance.now();
    if (last !== 0 && now - last < REORDER_MS) return;
    last = now;
    onUses((id) => usesOf(id));
  });
}

/** Tells when containers come near the end of their memory, or leave it. */
export function watchPressure(ids: string[], onChange: (now: Pressure) => void): () => void {
  let before: Pressure = new Map();
  return watchSamples(() => {
    const rows = ids.map(numbersOf).filter((row) => row !== undefined);
    // A stream that broke off says nothing about what it last told.
    if (rows.length === 0) return;
    const now = pressure(before, rows, hostNow()?.memoryTotalBytes);
    if (now === before) return;
    before = now;
    onChange(now);
  });
}
