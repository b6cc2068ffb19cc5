/** One row of the log: a message that was sent or received, or something that happened. */
export interface LogEntry {
  /** Rises by one with each entry of a log and is never reused. */
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly time: number
  readonly direction: 'sent' | 'received' | 'system'
  readonly kind: 'text' | 'binary'
  readonly data: string | Uint8Array<ArrayBuffer>
  /** Bytes of the payload. */
  readonly length: number
  /** What the list shows of it. */
  readonly preview: string
  /** A system event that is bad news. */
  readonly failed: boolean
}
