/** Somebody who looks on, over a WebSocket of the inspector. */
export interface Session {
  /** Tells what has happened since the last round. */
  round(): void
  /** All frames have been forgotten: nothing of that is missed. */
  cleared(): void
  received(message: string | Uint8Array): void
  closed(): void
}

/** Milliseconds that telling of frames may take in a round. */
export const slice = 1
/** Who has so many bytes still to take is told of no more frames until they are taken. */
export const mostBuffered: number = 1 << 20
