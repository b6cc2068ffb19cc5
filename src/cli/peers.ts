import { headerMeaning } from '../inspect/index.ts'
import { TidewireError, type Handshake, type ServerSocket } from '../node/index.ts'
import { json, plain } from './responses.ts'

interface Described {
  readonly socket: ServerSocket
  readonly openedAt: number
  readonly request: Head
  readonly response: Head
}

interface Head {
  readonly line: string
  readonly headers: readonly { name: string; value: string; meaning: string }[]
}

/** A page must not learn these from us; it is enough to know that they were sent. */
const secret = new Set(['cookie', 'authorization', 'proxy-authorization', 'set-cookie'])

/**
 * The connections that the live page may ask about, by the id it chose for them: a browser shows a page
 * neither the heads of its handshake nor pings.
 */
export class Peers {
  readonly #peers = new Map<string, Described>()

  add(id: string, socket: ServerSocket, { request, response }: Handshake): void {
    const [line = '', ...fields] = response.trimEnd().split('\r\n')
    const target = request.url.replace(/^[a-z]+:\/\/[^/?]*/i, '')
    this.#peers.set(id, {
      socket,
      openedAt: Date.now(),
      request: explained(`${request.method} ${target} HTTP/1.1`, request.headerLines, 'request'),
      response: explained(line, fields.map(nameAndValue), 'response'),
    })
  }

  remove(id: string | undefined, socket: ServerSocket): void {
    if (id !== undefined && this.#peers.get(id)?.socket === socket) this.#peers.delete(id)
  }

  describe(id: string): Response {
    const peer = this.#peers.get(id)
    if (!peer) return plain(404, noPeer)
    const { socket, openedAt, request, response } = peer
    const { remoteAddress, rtt } = socket
    return json({ id, remote: remoteAddress, openedAt, rtt: rtt ?? null, request, response })
  }

  async ping(id: string): Promise<Response> {
    const peer = this.#peers.get(id)
    if (!peer) return plain(404, noPeer)
    try {
      return json({ rtt: await peer.socket.ping() })
    } catch (error) {
      if (error instanceof TidewireError) return plain(409, error.message)
      throw error
    }
  }
}

const noPeer = 'there is no open connection with this id'

function explained(
  line: string,
  fields: readonly (readonly [string, string])[],
  head: 'request' | 'response',
): Head {
  const headers = fields.map(([name, value]) => {
    const shown = secret.has(name.toLowerCase()) ? '(hidden)' : value
    return { name, value: shown, meaning: headerMeaning(name, shown, head) }
  })
  return { line, headers }
}

function nameAndValue(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}
