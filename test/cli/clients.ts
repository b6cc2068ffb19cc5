import { once } from 'node:events'
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws'

/** A client that another project wrote, with its messages in order. */
export class Client {
  readonly socket: WebSocket
  readonly #messages: (string | Buffer)[] = []
  #arrived: () => void = () => {}

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer, isBinary) => {
      this.#messages.push(isBinary ? data : data.toString())
      this.#arrived()
    })
    socket.on('close', () => this.#arrived())
  }

  /** The next message: text as a string. @throws when the connection closes first. */
  async next(): Promise<string | Buffer> {
    while (this.#messages.length === 0) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('closed without a message')
      await new Promise<void>((resolve) => (this.#arrived = resolve))
    }
    return this.#messages.shift()!
  }

  send(message: string | Buffer): void {
    this.socket.send(message)
  }

  /** The code of the close frame that came. */
  async closed(): Promise<number> {
    const [code] = (await once(this.socket, 'close')) as [number]
    return code
  }
}

/** Opens a connection that lasts until the end of the test. */
export async function open(
  t: TestContext,
  url: string,
  options: ClientOptions = {},
): Promise<Client> {
  const socket = new WebSocket(url, options)
  t.after(() => socket.terminate())
  const client = new Client(socket)
  await once(socket, 'open')
  return client
}

/** The status and the body that refuse an upgrade. */
export async function refused(url: string, options: ClientOptions = {}): Promise<string> {
  const socket = new WebSocket(url, options)
  socket.on('error', () => {})
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    NodeJS.ReadableStream & { statusCode: number },
  ]
  let body = ''
  for await (const chunk of response) body += String(chunk)
  socket.terminate()
  return `${response.statusCode} ${body.trim()}`
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A request as it is: `fetch` changes paths, and sets or forbids headers. */
export function ask(
  url: string,
  path: string,
  options: RequestOptions = {},
  body?: string | Uint8Array,
): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: hostname, port, path, agent: false, ...options })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      )
    })
    sent.end(body)
  })
}

/** Asks until the answer is as expected; the end of the test ends this too. */
export async function askUntil(
  url: string,
  path: string,
  expected: (answer: Answer) => boolean,
): Promise<Answer> {
  for (;;) {
    const answer = await ask(url, path)
    if (expected(answer)) return answer
  }
}

/** A server that another project wrote. @returns Its `ws:` URL. */
export async function peer(
  t: TestContext,
  onConnection: (socket: WebSocket, request: IncomingMessage) => void,
): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  server.on('connection', (socket, request) => {
    socket.on('error', () => {})
    onConnection(socket, request)
  })
  await once(server, 'listening')
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
