/** A message that is not whole yet. */
export interface OpenMessage {
  readonly number: number
  readonly opcode: number
  readonly compressed: boolean
  frames: number
  wireLength: number
  /** What has come of it, as far as it is needed. */
  parts: Uint8Array[]
  kept: number
}

/** Adds what fits below `most`; the part is kept as it is. */
export function keep(open: OpenMessage, payload: Uint8Array, most: number): void {
  const room = most - open.kept
  if (payload.length === 0 || room <= 0) return
  const part = payload.length <= room ? payload : payload.subarray(0, room)
  open.parts.push(part)
  open.kept += part.length
}

/** A copy: the last part is a view of what was read. */
export function joined({ parts, kept }: OpenMessage): Uint8Array {
  const whole = new Uint8Array(kept)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
