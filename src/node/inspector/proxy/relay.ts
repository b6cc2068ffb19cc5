import type { Socket as NetSocket } from 'node:net'
import { Opcode } from '../../../core/index.ts'
import type { FaultCommand } from '../../../inspect/index.ts'
import { FrameCutter } from './frame-cutter.ts'

type Fault = FaultCommand['fault']

/** Something on its way that is being delayed; `undefined` for the end of the transport. */
interface Delayed {
  readonly until: number
  readonly bytes: Uint8Array | undefined
}

/** Delayed bytes beyond which nothing more is read. */
const mostDelayed = 1 << 20

/**
 * One direction of a connection that goes through the proxy. As long as no fault is asked for, the bytes that
 * leave are those that came, and no more are read than the other side takes.
 */
export class Relay {
  readonly #from: NetSocket
  readonly #to: NetSocket
  readonly #passed: (bytes: Uint8Array) => void
  readonly #cutter = new FrameCutter()
  #fault: Fault = { kind: 'none' }
  /** Frames that are still to be dropped, and whether the current one is. */
  #toDrop = 0
  #dropping = false
  /** Frames of ours that wait for a place between others. */
  #waiting: { readonly opcode: number; readonly frame: Uint8Array }[] = []
  #delayed: Delayed[] = []
  #delayedBytes = 0
  #timer: NodeJS.Timeout | undefined
  /** Nothing may follow a close frame of ours (RFC 6455 §5.5.1). */
  #shut = false

  /** @param passed Is told what goes to the other side, when it does. */
  constructor(from: NetSocket, to: NetSocket, passed: (bytes: Uint8Array) => void) {
    this.#from = from
    this.#to = to
    this.#passed = passed
  }

  /**
   * Begins to pass on.
   * @param first What has been read already.
   * @param framed Whether it is frames: all else goes through as it comes, whatever is asked for.
   */
  start(first: Uint8Array, framed: boolean): void {
    const from = this.#from
    const take = framed ? this.#take.bind(this) : this.#send.bind(this)
    if (first.length > 0) take(first)
    from.on('data', take).on('end', () => this.#end())
    this.#to.on('drain', () => this.#resume()).on('close', () => clearTimeout(this.#timer))
    if (from.readableEnded) this.#end()
    else this.#resume()
  }

  get fault(): Fault {
    return this.#fault
  }

  set fault(fault: Fault) {
    this.#fault = fault
    this.#toDrop = fault.kind === 'drop' ? fault.frames : 0
    this.#hurry()
  }

  /** Bytes that wait for the other side. */
  get waiting(): number {
    return this.#delayedBytes + this.#to.writableLength
  }

  /** Sends a frame of ours as soon as there is a place for it. */
  inject(opcode: number, frame: Uint8Array): void {
    if (this.#shut) return
    this.#waiting.push({ opcode, frame })
    this.#placeWaiting()
  }

  #take(chunk: Uint8Array): void {
    if (this.#shut || this.#fault.kind === 'half-open') return
    // Usually all of it goes on as it is.
    const whole = this.#waiting.length === 0 && this.#toDrop === 0 && !this.#dropping
    for (const { bytes, begins, ends } of this.#cutter.cut(chunk)) {
      if (whole) continue
      if (begins) this.#dropping = this.#drops()
      if (!this.#dropping) this.#pass(bytes)
      if (!ends) continue
      this.#dropping = false
      this.#placeWaiting()
    }
    if (whole) this.#pass(chunk)
  }

  #drops(): boolean {
    if (this.#toDrop === 0) return false
    this.#toDrop--
    if (this.#toDrop === 0) this.#fault = { kind: 'none' }
    return true
  }

  #placeWaiting(): void {
    // One that finds no place holds up those behind it, so that they stay in order.
    while (this.#waiting.length > 0 && this.#cutter.admits(this.#waiting[0]!.opcode)) {
      const { opcode, frame } = this.#waiting.shift()!
      if (this.#shut) return
      this.#pass(frame)
      this.#shut = opcode === Opcode.close
    }
  }

  /** Sends bytes, or the end, now or after the delay. */
  #pass(bytes: Uint8Array | undefined): void {
    const delay = this.#fault.kind === 'delay' ? this.#fault.milliseconds : 0
    if (delay === 0 && this.#delayed.length === 0) return this.#send(bytes)
    this.#delayed.push({ until: performance.now() + delay, bytes })
    this.#delayedBytes += bytes?.length ?? 0
    if (this.#delayedBytes > mostDelayed) this.#from.pause()
    this.#timer ??= setTimeout(() => this.#sendDelayed(), delay)
  }

  #sendDelayed(): void {
    this.#timer = undefined
    const now = performance.now()
    while (this.#delayed.length > 0 && this.#delayed[0]!.until <= now) {
      const { bytes } = this.#delayed.shift()!
      this.#delayedBytes -= bytes?.length ?? 0
      this.#send(bytes)
    }
    this.#resume()
    const next = this.#delayed[0]
    if (next) this.#timer = setTimeout(() => this.#sendDelayed(), next.until - now)
  }

  /** Without a delay nothing waits for one. */
  #hurry(): void {
    if (this.#fault.kind === 'delay') return
    this.#delayed = this.#delayed.map(({ bytes }) => ({ until: 0, bytes }))
    clearTimeout(this.#timer)
    this.#sendDelayed()
  }

  #send(bytes: Uint8Array | undefined): void {
    if (!this.#to.writable) return
    if (!bytes) return void this.#to.end()
    this.#passed(bytes)
    if (!this.#to.write(bytes)) this.#from.pause()
  }

  #resume(): void {
    if (this.#to.writableNeedDrain || this.#delayedBytes > mostDelayed) return
    this.#from.resume()
  }

  #end(): void {
    if (this.#fault.kind !== 'half-open') this.#pass(undefined)
  }
}
