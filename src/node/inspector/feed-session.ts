import {
  type FeedDetail,
  type FeedMessage,
  type FeedRequest,
  type FrameRecord,
  type Recording,
  readFeedRequest,
} from '../../inspect/index.ts'
import { encodeRowBatch, mostPreview } from '../../inspect/feed/row-batch.ts'
import type { Socket } from '../socket.ts'
import { ConnectionNews } from './connection-news.ts'
import { packageVersion } from './package-version.ts'
import { search } from './search.ts'
import { briefly, mostBuffered, type Session } from './session.ts'
import type { Subject } from './subject.ts'

/** Rows in a batch, at most. */
const mostRows = 128

/** What a session needs of its inspector. */
export interface Inspected {
  readonly recording: Recording
  readonly subject: Subject
  /** Forgets all frames. */
  clear(): void
}

/** One page that looks on: what it has been told, and what it asks for. */
export class FeedSession implements Session {
  readonly #socket: Socket
  readonly #inspected: Inspected
  readonly #news: ConnectionNews
  /** The frame to send next, and the flow. */
  #next: number
  #flow = 0
  #status = ''
  readonly #topics = new Map<string, number>()
  readonly #searches = new Map<number, AbortController>()

  constructor(socket: Socket, inspected: Inspected) {
    this.#socket = socket
    this.#inspected = inspected
    const { recording, subject } = inspected
    this.#news = new ConnectionNews(recording, subject)
    this.#next = recording.span.oldest
    const { kind, target, proxy, commands } = subject
    const { limits } = recording
    const version = packageVersion()
    this.#tell({ type: 'hello', version, kind, target, proxy, commands, limits })
    this.round(briefly)
  }

  round(milliseconds: number): void {
    const { recording } = this.#inspected
    const connections = this.#news.take()
    if (connections) this.#tell(connections)
    const { flows, flowsGone } = recording
    for (const flow of flows.slice(Math.max(0, this.#flow - flowsGone))) {
      this.#tell({ type: 'flow', ...flow })
    }
    this.#flow = flowsGone + flows.length
    this.#tellStatus()
    this.#tellRows(milliseconds)
  }

  cleared(): void {
    this.#next = this.#inspected.recording.span.next
  }

  received(message: string | Uint8Array): void {
    const request = typeof message === 'string' ? readFeedRequest(message) : 'expected text'
    if (typeof request === 'string') this.#tell({ type: 'reply', id: -1, error: request })
    else this.#answer(request)
  }

  closed(): void {
    for (const one of this.#searches.values()) one.abort()
  }

  #tell(message: FeedMessage): void {
    this.#socket.send(JSON.stringify(message))
  }

  #tellStatus(): void {
    const { paused, span, usage } = this.#inspected.recording
    const status = JSON.stringify({ type: 'status', paused, ...span, bytes: usage.bytes })
    if (status !== this.#status) this.#socket.send(status)
    this.#status = status
  }

  #tellRows(milliseconds: number): void {
    const { recording } = this.#inspected
    const startedAt = performance.now()
    while (this.#next < recording.span.next) {
      if (this.#socket.bufferedAmount > mostBuffered) return
      if (performance.now() - startedAt > milliseconds) return
      const { oldest, next } = recording.span
      const first = Math.max(this.#next, oldest)
      const frames: FrameRecord[] = []
      for (let number = first; number < Math.min(next, first + mostRows); number++) {
        frames.push(recording.frame(number, mostPreview)!)
      }
      const batch = encodeRowBatch(frames, first - this.#next, (frame) => this.#topicOf(frame))
      this.#next = first + frames.length
      this.#socket.send(batch)
    }
  }

  #topicOf({ topic }: FrameRecord): number {
    if (topic === undefined) return 0
    let id = this.#topics.get(topic)
    if (id === undefined) {
      id = Math.min(this.#topics.size + 1, mostTopics)
      this.#topics.set(topic, id)
      this.#tell({ type: 'topic', id, name: id === mostTopics ? 'other topics' : topic })
    }
    return id
  }

  #answer(request: FeedRequest): void {
    const { id } = request
    switch (request.ask) {
      case 'detail':
        return this.#detail(id, request.number)
      case 'search':
        return this.#search(request)
      case 'cancel':
        this.#searches.get(request.search)?.abort()
        return this.#done(id)
      case 'clear':
        this.#inspected.clear()
        return this.#done(id)
      case 'record':
        this.#inspected.recording.paused = !request.on
        return this.#done(id)
      default:
        return this.#done(id, this.#perform(request))
    }
  }

  #perform(command: Parameters<Subject['perform']>[0]): string | undefined {
    const { subject } = this.#inspected
    if (subject.commands.includes(command.ask)) return subject.perform(command)
    return `${command.ask} is nothing that can be done here`
  }

  #done(id: number, error?: string): void {
    this.#tell(
      error === undefined ? { type: 'reply', id, done: true } : { type: 'reply', id, error },
    )
  }

  #detail(id: number, number: number): void {
    const frame = this.#inspected.recording.frame(number)
    if (!frame) return this.#done(id, 'this frame is no longer kept')
    this.#tell({ type: 'reply', id, detail: detailOf(frame) })
  }

  #search(request: Extract<FeedRequest, { ask: 'search' }>): void {
    const { id } = request
    // One at a time, as one looks: a newer one takes the place of what is under way.
    for (const one of this.#searches.values()) one.abort()
    const abort = new AbortController()
    this.#searches.set(id, abort)
    void search(this.#inspected.recording, request, abort.signal, (progress) =>
      this.#tell({ type: 'found', id, ...progress }),
    ).finally(() => this.#searches.delete(id))
  }
}

/** The column has 16 bits. */
const mostTopics = 65_535

function detailOf({ payload, message, ...frame }: FrameRecord): FeedDetail {
  return {
    ...frame,
    payload: inBase64(payload),
    message: message && { ...message, payload: inBase64(message.payload) },
  }
}

function inBase64(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}
