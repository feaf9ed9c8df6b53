/**
 * Where a view stands in a list of rows of different heights. It hangs on a row, not on a number of pixels: when
 * rows above change their height, or come and go, the row under the eye stays where it is.
 */
export type Anchor = {
  /** The first row that can be seen. */
  row: number;
  /** How much of it is above the edge. */
  px: number;
};

export const ROW = 20;
/** Browsers cap the height of a box; beyond this the scroll position is scaled instead. */
export const MAX_HEIGHT = 15_000_000;

export const scrollHeight = (rows: number, rowHeight: number) => Math.min(rows * rowHeight, MAX_HEIGHT);

/** The anchor moved by so many pixels, over rows of the given heights. Stops at the first row. */
export function moved(anchor: Anchor, dy: number, rows: number, heightOf: (row: number) => number): Anchor {
  let { row } = anchor;
  let px = anchor.px + dy;
  while (px < 0 && row > 0) {
    row--;
    px += heightOf(row);
  }
  if (px < 0) return { row: 0, px: 0 };
  while (row < rows - 1) {
    const height = heightOf(row);
    if (px < height) break;
    px -= height;
    row++;
  }
  return { row, px: Math.min(px, heightOf(row)) };
}

/** Whether what follows the anchor does not fill the view any more. */
export function reachesEnd(
  anchor: Anchor,
  rows: number,
  height: number,
  heightOf: (row: number) => number,
): boolean {
  let filled = -anchor.px;
  for (let row = anchor.row; row < rows; row++) {
    filled += heightOf(row);
    if (filled > height) return false;
  }
  return true;
}

/** What a scroll position is a share of: rows of a usual height, and the height of the view. */
export type Scale = { rows: number; rowHeight: number; height: number; full: number };

const lastTop = ({ rows, rowHeight, height }: Scale) => Math.max(0, rows - height / rowHeight);

/** Scroll position that shows an anchor, as a share of the whole. */
export function topOf(anchor: Anchor, scale: Scale): number {
  const room = scale.full - scale.height;
  const last = lastTop(scale);
  if (last <= 0) return 0;
  return Math.max(0, Math.min(room, ((anchor.row + anchor.px / scale.rowHeight) / last) * room));
}

/** The anchor a scroll position stands for. */
export function anchorAt(top: number, scale: Scale): Anchor {
  const room = scale.full - scale.height;
  if (room <= 0) return { row: 0, px: 0 };
  const at = (top / room) * lastTop(scale);
  const row = Math.max(0, Math.min(Math.floor(at), scale.rows - 1));
  return { row, px: (at - row) * scale.rowHeight };
}
