/** The nearest element in the direction of an arrow key, by where things are on the screen. */
export function nearest(from: Element, key: string, all: readonly HTMLElement[]): HTMLElement | undefined {
  const a = from.getBoundingClientRect();
  const horizontal = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let best: HTMLElement | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const element of all) {
    if (element === from) continue;
    const b = element.getBoundingClientRect();
    const dx = b.left - a.left;
    const dy = b.top - a.top;
    const along = (horizontal ? dx : dy) * sign;
    const across = Math.abs(horizontal ? dy : dx);
    if (along <= 4 || (horizontal && across > 40)) continue;
    const cost = along + across * 3;
    if (cost < bestCost) {
      bestCost = cost;
      best = element;
    }
  }
  return best;
}
