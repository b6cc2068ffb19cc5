/**
 * Firefox lays out no element higher than 17,895,698 px, and Chromium none above 33,554,428: less than a
 * million rows take. A list that would be higher is as high as this, and its scroll position is scaled.
 */
const highest = 15_000_000

/** Between where a list has been scrolled to and where that is in a list of full height. */
export interface ScrollScale {
  /** Pixels that the list takes in the page. */
  readonly height: number
  /** The position in the full list for one in the page. */
  readonly toList: (scrollTop: number) => number
  /** The position in the page for one in the full list. */
  readonly toPage: (top: number) => number
}

/**
 * @param full Pixels that all rows take.
 * @param view Pixels that are in view.
 */
export function scrollScale(full: number, view: number): ScrollScale {
  if (full <= highest) return { height: full, toList: (top) => top, toPage: (top) => top }
  // Scaled by what can be scrolled, so that both ends of the list can be reached.
  const factor = (full - view) / (highest - view)
  return {
    height: highest,
    toList: (scrollTop) => scrollTop * factor,
    toPage: (top) => top / factor,
  }
}
