import { once } from 'node:events'
import { type ClientOptions, WebSocket } from 'ws'
import { deferred } from '../../dist/node/deferred.js'
import { connect, type Message } from '../../dist/node/index.js'
import type { Account } from './account.ts'
import { type End, hearAll, TidewireEnd } from './end.ts'
import type { Ports } from './messages.ts'
import { patient } from './patience.ts'
import type { Plan } from './plan.ts'
import { connectRaw } from './raw-end.ts'

/** Connects the client that the plan of an account asks for, which then hears for the account. */
export function connectPeer(account: Account, ports: Ports): Promise<End> {
  const { peer, endpoint, id } = account.plan
  const url = `${endpoint === 'tls' ? 'wss' : 'ws'}://127.0.0.1:${ports[endpoint]}/soak/${id}`
  if (peer === 'tidewire') return connectTidewire(account, url)
  if (peer === 'ws') return connectWs(account, url)
  return connectRaw(account, ports)
}

async function connectTidewire(account: Account, url: string): Promise<End> {
  const { deflate, takeover, iterates } = account.plan
  const direction = { contextTakeover: takeover }
  const socket = await connect(url, {
    tls: { rejectUnauthorized: false },
    ...patient,
    deflate: deflate && { send: direction, receive: direction, level: 1 },
    ...(!iterates && { message: (_: unknown, message: Message) => account.hear(message) }),
  })
  const hearing = iterates && hearAll(socket, account)
  // What waited for the loop is heard before the account is closed.
  void Promise.all([socket.closed, hearing]).then(([{ code, wasClean, cause }]) =>
    account.finish({ code, wasClean, text: cause.text }),
  )
  return new TidewireEnd(socket, account)
}

async function connectWs(account: Account, url: string): Promise<End> {
  const socket = new WebSocket(url, {
    rejectUnauthorized: false,
    perMessageDeflate: account.plan.deflate && perMessageDeflate(account.plan),
    // Not in its types yet.
    ...({ closeTimeout: patient.limits.closeTimeout } as object),
  })
  socket.on('message', (data: Buffer, isBinary) => account.hear(isBinary ? data : data.toString()))
  socket.on('pong', () => account.pongs++)
  let text = ''
  socket.on('error', (error) => (text = error.message))
  socket.on('close', (code) => account.finish({ code, wasClean: code !== 1006, text }))
  await once(socket, 'open')
  return new WsEnd(socket, account)
}

function perMessageDeflate({ takeover }: Plan): ClientOptions['perMessageDeflate'] {
  // `false` would not be "as you like", but refuse a server that asks for it.
  const fresh = { clientNoContextTakeover: true, serverNoContextTakeover: true }
  return { ...(!takeover && fresh), zlibDeflateOptions: { level: 1 } }
}

class WsEnd implements End {
  readonly #socket: WebSocket
  readonly #account: Account

  constructor(socket: WebSocket, account: Account) {
    this.#socket = socket
    this.#account = account
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  async send(message: Message): Promise<boolean> {
    return this.#send(message, typeof message !== 'string', true)
  }

  async sendFragments(parts: readonly Message[]): Promise<boolean> {
    const binary = typeof parts[0] !== 'string'
    for (const [i, part] of parts.entries()) {
      if (!(await this.#send(part, binary, i === parts.length - 1))) return false
    }
    return true
  }

  async #send(data: Message, binary: boolean, fin: boolean): Promise<boolean> {
    if (!this.open) return false
    const { promise, resolve } = deferred<boolean>()
    this.#socket.send(data, { binary, fin }, (error) => resolve(!error))
    return promise
  }

  ping(): void {
    if (!this.open) return
    this.#account.pings++
    this.#socket.ping()
  }

  pause(): void {
    if (this.open) this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(code: number): void {
    // ws does not find the answer to its close while it is paused.
    this.#socket.resume()
    this.#socket.close(code, 'as planned')
  }

  cut(): void {
    this.#socket.terminate()
  }
}
