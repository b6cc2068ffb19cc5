/** Somebody who looks on, over a WebSocket of the inspector. */
export interface Session {
  /** Tells what has happened since the last round. @param milliseconds That telling of frames may take. */
  round(milliseconds: number): void
  /** All frames have been forgotten: nothing of that is missed. */
  cleared(): void
  received(message: string | Uint8Array): void
  closed(): void
}

/** Milliseconds that telling of frames may take in a round: of a process that is busy, and of one that is not. */
export const briefly = 1
export const atLeisure = 10
/** Who has so many bytes still to take is told of no more frames until they are taken. */
export const mostBuffered: number = 1 << 20
