import { type ReadonlySignal, signal } from '@preact/signals'
import { feedProtocol } from '../../../../src/inspect/feed/feed-messages.ts'
import type { FeedMessage, FeedReply } from '../../../../src/inspect/feed/feed-messages.ts'
import type { FeedRequest } from '../../../../src/inspect/feed/feed-requests.ts'
import { decodeRowBatch, type RowBatch } from '../../../../src/inspect/feed/row-batch.ts'
import { inspectorUrl } from './feed-url.ts'

/** A request without its id, which the feed gives it. */
export type Ask<Request = FeedRequest> = Request extends FeedRequest ? Omit<Request, 'id'> : never

export interface Feed {
  readonly state: ReadonlySignal<'connecting' | 'open' | 'lost'>
  /** Sends a request. @returns Its id, by which `cancel` and `found` know it. */
  readonly post: (ask: Ask) => number
  /** Sends a request. @throws {Error} with what the inspector says is wrong. */
  readonly ask: (ask: Ask) => Promise<FeedReply>
  readonly close: () => void
}

export interface FeedListener {
  readonly message: (message: Exclude<FeedMessage, FeedReply>) => void
  readonly rows: (batch: RowBatch) => void
}

interface Waiting {
  readonly resolve: (reply: FeedReply) => void
  readonly reject: (error: Error) => void
}

/** The page's connection to the inspector; when it is lost, it is made again. */
export function openFeed(token: string, listener: FeedListener): Feed {
  const state = signal<'connecting' | 'open' | 'lost'>('connecting')
  const waiting = new Map<number, Waiting>()
  let socket: WebSocket
  let nextId = 1
  let retry: ReturnType<typeof setTimeout> | undefined
  let done = false

  function open(): void {
    const url = inspectorUrl('feed', token)
    url.protocol = url.protocol.replace('http', 'ws')
    socket = new WebSocket(url, feedProtocol)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('open', () => (state.value = 'open'))
    socket.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
      if (typeof event.data === 'string') take(JSON.parse(event.data) as FeedMessage)
      else {
        const batch = decodeRowBatch(event.data)
        if (batch) listener.rows(batch)
      }
    })
    socket.addEventListener('close', () => {
      for (const { reject } of waiting.values()) reject(new Error('The inspector is gone.'))
      waiting.clear()
      if (done) return
      state.value = 'lost'
      retry = setTimeout(open, 1000)
    })
  }

  function take(message: FeedMessage): void {
    if (message.type !== 'reply') return listener.message(message)
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if ('error' in message) asked?.reject(new Error(message.error))
    else asked?.resolve(message)
  }

  function post(ask: Ask): number {
    const id = nextId++
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id, ...ask }))
    return id
  }

  open()
  return {
    state,
    post,
    ask(ask) {
      return new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) reject(new Error('The inspector is gone.'))
        else waiting.set(post(ask), { resolve, reject })
      })
    },
    close() {
      done = true
      clearTimeout(retry)
      socket.close()
    },
  }
}
