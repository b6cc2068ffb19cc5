/** How a search stands. */
export interface SearchState {
  readonly running: boolean
  /** Why it ended early. */
  readonly error: string | undefined
}

export const idleSearch: SearchState = { running: false, error: undefined }
