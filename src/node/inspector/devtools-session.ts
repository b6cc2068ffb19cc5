import type { Recording } from '../../inspect/index.ts'
import {
  closedEvents,
  frameEvents,
  type NetworkEvent,
  openedEvents,
} from '../../inspect/export/network-events.ts'
import { ports } from '../ports.ts'
import type { Socket } from '../socket.ts'
import { packageVersion } from './package-version.ts'
import { briefly, mostBuffered, type Session } from './session.ts'

/** A client that speaks the Chrome DevTools Protocol, such as DevTools: it sees, and can do nothing. */
export class DevToolsSession implements Session {
  readonly #socket: Socket
  readonly #recording: Recording
  /** Whether the domain Network is on. */
  #on = false
  /** The frame to tell of next. */
  #next = 0
  /** Connections it was told of, and those of whose end it was not told yet. */
  #told = -1
  readonly #open = new Set<number>()

  constructor(socket: Socket, recording: Recording) {
    this.#socket = socket
    this.#recording = recording
  }

  round(milliseconds: number): void {
    if (!this.#on) return
    for (const connection of this.#recording.connections) {
      if (connection.id <= this.#told) continue
      this.#told = connection.id
      this.#open.add(connection.id)
      this.#tell(openedEvents(connection))
    }
    // An end is told of behind the frames that came before it.
    if (this.#tellFrames(milliseconds)) this.#tellEnds()
  }

  cleared(): void {
    this.#next = this.#recording.span.next
  }

  received(message: string | Uint8Array): void {
    const { id, method } = commandOf(message)
    const result = this.#obey(method)
    const error = { code: -32_601, message: `'${String(method)}' wasn't found` }
    this.#socket.send(JSON.stringify(result ? { id, result } : { id, error }))
    this.round(briefly)
  }

  closed(): void {}

  /** @returns What the command answers; `undefined` for one that does not exist here. */
  #obey(method: unknown): object | undefined {
    if (method === 'Network.enable') {
      if (!this.#on) this.#begin()
      return {}
    }
    if (method === 'Network.disable') {
      this.#on = false
      return {}
    }
    if (method !== 'Browser.getVersion') return undefined
    const product = `Tidewire/${packageVersion()}`
    const { version, versions } = process
    return {
      protocolVersion: '1.3',
      product,
      revision: version,
      userAgent: product,
      jsVersion: versions.v8,
    }
  }

  /** All that is kept is told first, as of a page that was open before. */
  #begin(): void {
    this.#on = true
    this.#next = 0
    this.#told = -1
    this.#open.clear()
  }

  /** @returns Whether that was all of them. */
  #tellFrames(milliseconds: number): boolean {
    const startedAt = performance.now()
    const { oldest, next } = this.#recording.span
    this.#next = Math.max(this.#next, oldest)
    while (this.#next < next) {
      if (this.#socket.bufferedAmount > mostBuffered) return false
      if (performance.now() - startedAt > milliseconds) return false
      this.#tell(frameEvents(this.#recording.frame(this.#next++)!, ports))
    }
    return true
  }

  #tellEnds(): void {
    for (const id of this.#open) {
      const connection = this.#recording.connection(id)
      if (connection && !connection.closed) continue
      this.#open.delete(id)
      if (connection) this.#tell(closedEvents(connection))
    }
  }

  #tell(events: readonly NetworkEvent[]): void {
    for (const event of events) this.#socket.send(JSON.stringify(event))
  }
}

function commandOf(message: string | Uint8Array): { id?: unknown; method?: unknown } {
  try {
    const command: unknown = typeof message === 'string' ? JSON.parse(message) : undefined
    return typeof command === 'object' && command !== null ? command : {}
  } catch {
    return {}
  }
}
