import type { Destination } from '../connection-options.ts'

/**
 * What the server does with a message: sends it back, answers with any other, only takes it, or sends of its
 * own accord.
 */
export const modes = ['echo', 'answer', 'send', 'receive'] as const
export type Mode = (typeof modes)[number]

/** What is sent and how fast, the same for every thread. */
export interface LoadSettings {
  readonly destination: Destination
  readonly mode: Mode
  readonly message: string | Uint8Array
  /** Messages in a second, of all connections together; `undefined` for a closed loop. */
  readonly rate: number | undefined
  /** Messages in flight on each connection of a closed loop. */
  readonly depth: number
  /** Milliseconds before counting begins, and of counting. */
  readonly warmUp: number
  readonly duration: number
  /** Milliseconds that answers may take when it is over, and that a connection may take to open. */
  readonly timeout: number
}

/** Where the connections of a thread stand among all that are open. */
export interface Share {
  readonly first: number
  readonly total: number
}
