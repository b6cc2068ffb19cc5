/** Tidewire as one side of an exchange: its server, `connect()` and the standard's `WebSocket`. */
import { connect, ConnectError, serve, type Socket, WebSocket } from '../../dist/node/index.js'
import {
  type Client,
  type Listener,
  type ListenOptions,
  Mailbox,
  Refusal,
  type Server,
  type Side,
} from './side.ts'
import { standardSide } from './standard-socket.ts'

/** Narrower than the standard's class has them: those of `connect` and `serve`. */
const limits = { message: 1 << 20 }

function sideOf(socket: Socket): Side {
  const messages = socket[Symbol.asyncIterator]()
  const waiters: (() => void)[] = []
  let isBlocked = false
  return {
    protocol: socket.protocol,
    closed: socket.closed,
    async send(message) {
      const result = socket.send(message)
      if (result === 'dropped') throw new Error('the message was dropped')
      if (result === 'sent') return
      isBlocked = true
      for (const waiter of waiters.splice(0)) waiter()
      await socket.drained()
      isBlocked = false
    },
    async receive() {
      const { done, value } = await messages.next()
      if (done) throw new Error('the connection has closed')
      return value
    },
    close: (code, reason) => void socket.close(code, reason),
    vanish: () => socket.terminate(),
    sendFragments: (parts) => socket.sendFragments(parts),
    ping: async (payload) => void (await socket.ping(payload)),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    blocked: () =>
      new Promise((resolve) => {
        if (isBlocked) resolve()
        else waiters.push(resolve)
      }),
  }
}

async function listen({ protocols = [], tls, refuse }: ListenOptions): Promise<Listener> {
  const accepted = new Mailbox<Side>()
  let headers = new Headers()
  const server = await serve({
    protocols,
    ...(tls && { tls }),
    upgrade: (request) => {
      headers = request.headers
      return refuse && new Response(refuse.body, { status: refuse.status })
    },
    open: (socket) => accepted.put(sideOf(socket)),
  })
  return {
    url: `${tls ? 'wss' : 'ws'}://localhost:${server.port}/`,
    accept: () => accepted.take(),
    requestHeader: (name) => headers.get(name) ?? undefined,
    close: () => server.close({ timeout: 0 }),
  }
}

/** What Tidewire's error tells, as the exchanges ask for it. */
function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ConnectError)) throw error
  return new Refusal(error.message, error.status, error.body)
}

const closesWithCode = 'Socket.close() without a code sends 1000'

export const tidewireServer: Server = { listen, cannot: { emptyCloseToPeer: closesWithCode } }

export const tidewireConnect: Client = {
  cannot: { emptyCloseToPeer: closesWithCode },
  async connect(url, { protocols, ca }) {
    try {
      return sideOf(await connect(url, { protocols, tls: ca === undefined ? undefined : { ca } }))
    } catch (error) {
      throw refusalOf(error)
    }
  },
}

const notInStandard = "the standard's interface has no such method"

export const tidewireWebSocket: Client = {
  cannot: {
    fragmentsToPeer: notInStandard,
    pingToPeer: notInStandard,
    vanishToPeer: notInStandard,
  },
  async connect(url, { protocols, ca }) {
    const tls = ca === undefined ? undefined : { ca }
    try {
      return await standardSide(new WebSocket(url, { protocols, tls, limits }))
    } catch (error) {
      throw refusalOf(error instanceof Refusal ? error.cause : error)
    }
  },
}
