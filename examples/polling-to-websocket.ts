/**
 * The ladder from HTTP polling through long polling to WebSocket, measured:
 *
 *     node build/examples/polling-to-websocket.js
 *
 * The same events are delivered in three ways at once. Each way has a server of its own, whose sockets
 * count the bytes, heads and all. Polling asks at fixed intervals, mostly in vain, and is late by half
 * an interval; long polling is on time, but pays for a request and a response with each event; a
 * WebSocket pays once. (The requests here are small: a browser's, with cookies, are several times that.)
 */
import { EventEmitter, once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { attach, connect } from 'tidewire'

const count = 10
const pollEvery = 100

/** What happens: `events[id - 1]` is when. */
const events: number[] = []
const source = new EventEmitter()

/** What a client has missed since event `after`. */
const since = (after: number): number[] => events.map((_, i) => i + 1).filter((id) => id > after)

/** One way to deliver events, with what it costs. */
class Way {
  readonly name: string
  readonly http: Server
  readonly #sockets = new Set<Socket>()
  readonly #delays: number[] = []
  requests = 0

  constructor(name: string, answer?: (after: number) => Promise<number[]>) {
    this.name = name
    this.http = createServer((request, response) => {
      this.requests++
      const after = Number(
        new URL(request.url ?? '/', 'http://localhost').searchParams.get('after'),
      )
      response.setHeader('Content-Type', 'application/json')
      void answer?.(after).then((ids) => response.end(JSON.stringify(ids)))
    })
    this.http.on('connection', (socket: Socket) => this.#sockets.add(socket))
  }

  async listen(): Promise<string> {
    this.http.listen(0, '127.0.0.1')
    await once(this.http, 'listening')
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/`
  }

  received(id: number): void {
    this.#delays.push(performance.now() - events[id - 1]!)
  }

  get done(): boolean {
    return this.#delays.length === count
  }

  get row(): Record<string, string | number> {
    const sockets = [...this.#sockets]
    const bytes = sockets.reduce((sum, each) => sum + each.bytesRead + each.bytesWritten, 0)
    const mean = this.#delays.reduce((sum, each) => sum + each, 0) / count
    return {
      events: this.#delays.length,
      requests: this.requests,
      'bytes on the wire': bytes,
      'bytes per event': Math.round(bytes / count),
      'mean delay, ms': Number(mean.toFixed(1)),
      'worst delay, ms': Number(Math.max(...this.#delays).toFixed(1)),
    }
  }
}

/** Asks for what is new until everything has come. */
async function ask(way: Way, url: string, pause: number): Promise<void> {
  for (let last = 0; !way.done;) {
    const ids = (await (await fetch(`${url}?after=${last}`)).json()) as number[]
    for (const id of ids) way.received((last = id))
    if (!way.done && pause > 0) await delay(pause)
  }
}

const polling = new Way('polling', (after) => Promise.resolve(since(after)))
const longPolling = new Way('long polling', async (after) => {
  if (since(after).length === 0) await once(source, 'event')
  return since(after)
})
const webSocket = new Way('WebSocket')
const ways = [polling, longPolling, webSocket]
const [pollUrl, longPollUrl, webSocketUrl] = await Promise.all(ways.map((way) => way.listen()))

const pushing = attach(webSocket.http, {
  open: (socket) => socket.subscribe('events'),
  message: () => {},
})
source.on('event', (id: number) => pushing.publish('events', JSON.stringify([id])))

const client = await connect(webSocketUrl!)
webSocket.requests = 1 // the handshake
const clients = [
  ask(polling, pollUrl!, pollEvery),
  ask(longPolling, longPollUrl!, 0),
  (async () => {
    for await (const message of client) {
      for (const id of JSON.parse(String(message)) as number[]) webSocket.received(id)
      if (webSocket.done) break
    }
    await client.close()
  })(),
]

for (let id = 1; id <= count; id++) {
  await delay(150 + 37 * (id % 5)) // in no step with the polls
  events.push(performance.now())
  source.emit('event', id)
}
await Promise.all(clients)

console.log(
  `${count} events in ${Math.round(events.at(-1)! - events[0]!)} ms, polls every ${pollEvery} ms`,
)
console.table(Object.fromEntries(ways.map((way) => [way.name, way.row])))
await pushing.close()
for (const { http } of ways) {
  http.close()
  http.closeAllConnections()
}
