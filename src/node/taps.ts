import type { Socket as NetSocket } from 'node:net'
import type { CloseOutcome } from '../core/index.ts'
import type { ConnectionRecorder, FlowEvent } from '../inspect/index.ts'
import { channels, type Direction } from './channels.ts'
import type { Counters } from './counters.ts'
import { FrameTap } from './frame-tap.ts'
import { closeRecord, openRecords, wallClock } from './recorders.ts'

/** The topics of messages, each of which is framed once for all members. */
const topics = new WeakMap<object, string>()

/** Reads along what goes over a connection. */
export class Taps {
  readonly #frames: FrameTap | undefined
  readonly #recorders: readonly ConnectionRecorder[]

  private constructor(frames: FrameTap | undefined, recorders: readonly ConnectionRecorder[]) {
    this.#frames = frames
    this.#recorders = recorders
  }

  /** Those of a connection that opens; `undefined` when nobody wants to know, as is usual. */
  static on(
    owner: unknown,
    socket: NetSocket,
    role: 'server' | 'client',
    endpoint: Counters,
  ): Taps | undefined {
    const frames = channels.frame.hasSubscribers
      ? new FrameTap(owner, role === 'server')
      : undefined
    const recorders = openRecords(owner, socket, role, endpoint)
    return frames || recorders.length > 0 ? new Taps(frames, recorders) : undefined
  }

  read(direction: Direction, bytes: Uint8Array): void {
    this.#frames?.read(direction, bytes)
    if (this.#recorders.length === 0) return
    const at = wallClock()
    for (const recorder of this.#recorders) recorder.read(direction, bytes, at)
  }

  /** A message that may wait was published to a topic. */
  publishes(frame: object, topic: string): void {
    if (this.#recorders.length > 0) topics.set(frame, topic)
  }

  /** It is in the output now, behind `ahead` bytes. */
  sends(frame: object, ahead: number): void {
    const topic = topics.get(frame)
    if (topic === undefined) return
    for (const recorder of this.#recorders) recorder.published(topic, ahead)
  }

  /** @param bufferedAmount Bytes that wait for the transport. */
  flow(event: FlowEvent, bufferedAmount: number): void {
    const at = wallClock()
    for (const recorder of this.#recorders) recorder.flow(event, bufferedAmount, at)
  }

  closed(outcome: CloseOutcome): void {
    for (const recorder of this.#recorders) closeRecord(recorder, outcome)
  }
}
