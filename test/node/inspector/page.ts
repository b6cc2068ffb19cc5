import assert from 'node:assert/strict'
import { once, EventEmitter } from 'node:events'
import type { TestContext } from 'node:test'
import {
  decodeRowBatch,
  type FeedConnection,
  type FeedDetail,
  type FeedFound,
  type FeedMessage,
  type FeedReply,
  feedProtocol,
  type RowBatch,
} from '../../../dist/inspect/index.js'
import { type ClientSocket, connect } from '../../../dist/node/index.js'

/** A frame as a page sees it. */
export interface SeenRow {
  readonly number: number
  readonly connection: number
  readonly bits: number
  readonly length: number
  readonly topic: number
  readonly preview: string
}

/** Where the feed of an inspector is. */
export function feedUrl(url: string): string {
  return url.replace('http', 'ws').replace('#', 'feed?')
}

/** What is at a path of an inspector, with its token. */
export function at(url: string, path: string): string {
  return url.replace('#', `${path}?`)
}

/** A page that looks on, without a browser. */
export class Page {
  readonly socket: ClientSocket
  readonly messages: FeedMessage[] = []
  readonly rows: SeenRow[] = []
  readonly connections = new Map<number, FeedConnection>()
  missed = 0
  readonly #heard = new EventEmitter()
  #asked = 0

  private constructor(socket: ClientSocket) {
    this.socket = socket
    void this.#listen()
  }

  static async open(t: TestContext, url: string): Promise<Page> {
    const limits = { message: 64 << 20 }
    const socket = await connect(feedUrl(url), { protocols: [feedProtocol], limits })
    t.after(() => socket.terminate())
    return new Page(socket)
  }

  /** Waits until `look` finds something. */
  async sees<Found>(look: (page: this) => Found | undefined | false): Promise<Found> {
    for (;;) {
      const found = look(this)
      if (found !== undefined && found !== false) return found
      await once(this.#heard, 'heard')
    }
  }

  async ask(request: object): Promise<FeedReply> {
    const id = this.send(request)
    return this.sees(({ messages }) =>
      messages.find((one): one is FeedReply => one.type === 'reply' && one.id === id),
    )
  }

  async detail(number: number): Promise<FeedDetail> {
    const reply = await this.ask({ ask: 'detail', number })
    assert.ok('detail' in reply)
    return reply.detail
  }

  async search(wanted: object): Promise<{ numbers: readonly number[]; last: FeedFound }> {
    const id = this.send({ ask: 'search', text: '', regex: false, matchCase: false, ...wanted })
    const found = (): FeedFound[] =>
      this.messages.filter((one): one is FeedFound => one.type === 'found' && one.id === id)
    const last = await this.sees(() => found().find(({ done }) => done))
    return { numbers: found().flatMap(({ numbers }) => numbers), last }
  }

  /** @returns The id of the request. */
  send(request: object): number {
    const id = this.#asked++
    this.socket.send(JSON.stringify({ id, ...request }))
    return id
  }

  async #listen(): Promise<void> {
    for await (const message of this.socket) {
      if (typeof message === 'string') this.#told(JSON.parse(message) as FeedMessage)
      else this.#took(decodeRowBatch(message.slice().buffer))
      this.#heard.emit('heard')
    }
  }

  #told(message: FeedMessage): void {
    this.messages.push(message)
    if (message.type !== 'connections') return
    for (const one of message.connections) this.connections.set(one.id, one)
    for (const id of message.forgotten) this.connections.delete(id)
  }

  #took(batch: RowBatch | undefined): void {
    assert.ok(batch)
    this.missed += batch.missed
    for (let row = 0; row < batch.count; row++) {
      const preview = batch.previews.subarray(batch.previewEnd[row - 1] ?? 0, batch.previewEnd[row])
      this.rows.push({
        number: batch.first + row,
        connection: batch.connection[row]!,
        bits: batch.bits[row]!,
        length: batch.length[row]!,
        topic: batch.topic[row]!,
        preview: Buffer.from(preview).toString(),
      })
    }
  }
}
