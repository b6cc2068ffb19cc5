/** A stable error code; never renamed within a major version. */
export type ErrorCode =
  | 'ERR_OPTION'

export interface ErrorEntry {
  /** What happened, in one sentence. */
  readonly meaning: string
  /** What the reader can do about it. */
  readonly remedy: string
}

/** Every error code with what it means and what to do about it; `docs/errors.md` is made from this. */
export const catalogue: Readonly<Record<ErrorCode, ErrorEntry>> = {
  ERR_OPTION: {
    meaning: 'An option has a value outside its documented range.',
    remedy: 'Use a value in the range that the message names.',
  },
}
