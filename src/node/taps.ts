import type { Socket as NetSocket } from 'node:net'
import type { CloseOutcome, EncodedMessage, HeldMessage } from '../core/index.ts'
import type { ConnectionRecorder, FlowEvent } from '../inspect/index.ts'
import { channels, type Direction } from './channels.ts'
import type { Counters } from './counters.ts'
import { FrameTap } from './frame-tap.ts'
import { closeRecord, openRecords, wallClock } from './recorders.ts'

/** The topics of messages, each of which is framed once for all members. */
const topics = new WeakMap<object, string>()
/** Those of messages that wait in memory which they share, with the places of the messages. */
const packed = new WeakMap<ArrayBufferLike, { readonly at: number; readonly topic: string }[]>()

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
  sends(frame: EncodedMessage | HeldMessage, ahead: number): void {
    const own = topics.get(frame)
    if (own !== undefined) this.#published(own, ahead)
    const together = frame instanceof Uint8Array ? packed.get(frame.buffer) : undefined
    for (const { at, topic } of together ?? []) this.#published(topic, ahead + at)
  }

  /** It waits. @param pack Where it was copied to, as the last of several, if it was. */
  packs(frame: EncodedMessage | HeldMessage, pack: EncodedMessage | undefined): void {
    const topic = topics.get(frame)
    if (topic === undefined || !pack) return
    const place = { at: pack.length - frame.length, topic }
    const others = packed.get(pack.buffer)
    if (others) others.push(place)
    else packed.set(pack.buffer, [place])
  }

  /** @param bufferedAmount Bytes that wait for the transport. */
  flow(event: FlowEvent, bufferedAmount: number): void {
    const at = wallClock()
    for (const recorder of this.#recorders) recorder.flow(event, bufferedAmount, at)
  }

  closed(outcome: CloseOutcome): void {
    for (const recorder of this.#recorders) closeRecord(recorder, outcome)
  }

  #published(topic: string, ahead: number): void {
    for (const recorder of this.#recorders) recorder.published(topic, ahead)
  }
}
