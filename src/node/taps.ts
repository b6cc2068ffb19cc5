import type { Socket as NetSocket } from 'node:net'
import type { CloseOutcome } from '../core/index.ts'
import type { ConnectionRecorder } from '../inspect/index.ts'
import { channels, type Direction } from './channels.ts'
import { FrameTap } from './frame-tap.ts'
import { closeRecord, openRecords, wallClock } from './recorders.ts'

/** Reads along what goes over a connection. */
export class Taps {
  readonly #frames: FrameTap | undefined
  readonly #recorders: readonly ConnectionRecorder[]

  private constructor(frames: FrameTap | undefined, recorders: readonly ConnectionRecorder[]) {
    this.#frames = frames
    this.#recorders = recorders
  }

  /** Those of a connection that opens; `undefined` when nobody wants to know, as is usual. */
  static on(owner: unknown, socket: NetSocket, role: 'server' | 'client'): Taps | undefined {
    const frames = channels.frame.hasSubscribers
      ? new FrameTap(owner, role === 'server')
      : undefined
    const recorders = openRecords(socket, role)
    return frames || recorders.length > 0 ? new Taps(frames, recorders) : undefined
  }

  read(direction: Direction, bytes: Uint8Array): void {
    this.#frames?.read(direction, bytes)
    if (this.#recorders.length === 0) return
    const at = wallClock()
    for (const recorder of this.#recorders) recorder.read(direction, bytes, at)
  }

  closed(outcome: CloseOutcome): void {
    for (const recorder of this.#recorders) closeRecord(recorder, outcome)
  }
}
