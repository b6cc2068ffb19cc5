/** Which rows of a long list are worth drawing. */
export interface RowWindow {
  /** The first row to draw. */
  readonly from: number
  /** One past the last row to draw. */
  readonly to: number
}

/** The rows in view and `overscan` more on each side, so that a fast scroll shows no gap. */
export function rowWindow(
  scrollTop: number,
  height: number,
  rowHeight: number,
  rows: number,
  overscan: number = 8,
): RowWindow {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const visible = Math.ceil(height / rowHeight) + 1
  // The scroll position may lie past the end for a moment, when a filter has just shortened the list.
  const from = Math.max(0, Math.min(first, rows - visible) - overscan)
  return { from, to: Math.min(rows, Math.max(first, 0) + visible + overscan) }
}

/** Where to scroll so that `row` is in view; the present position when it is already. */
export function scrollToRow(
  row: number,
  scrollTop: number,
  height: number,
  rowHeight: number,
): number {
  const top = row * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - height)
}
