/** `undici`'s WebSocket: https://undici.nodejs.org; undici 8 is what Node 26 has in node.test.ts. */
import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { Agent, buildConnector, ping, WebSocket } from 'undici'
import { interoperates, versionOf } from './matrix.ts'
import { asBuffer, type ConnectOptions, type Side } from './side.ts'
import { standardSide } from './standard-socket.ts'

const pongs = channel('undici:websocket:pong')

async function connect(url: string, { protocols = [], ca }: ConnectOptions): Promise<Side> {
  const connector = buildConnector({ ca })
  let transport: Socket | undefined
  const dispatcher = new Agent({
    connect: (options, callback) =>
      connector(options, (...[error, socket]) => {
        if (error) return callback(error, null)
        transport = socket
        callback(null, socket)
      }),
  })
  const socket = new WebSocket(url, { protocols: [...protocols], dispatcher })
  return standardSide(socket, {
    vanish: () => void transport?.destroy(),
    ping: (payload) =>
      new Promise((resolve) => {
        pongs.subscribe(function listener(told) {
          const { websocket, payload: answer } = told as { websocket: unknown; payload: Buffer }
          if (websocket !== socket || !answer.equals(payload)) return
          pongs.unsubscribe(listener)
          resolve()
        })
        ping(socket, asBuffer(payload))
      }),
  })
}

interoperates({
  name: `undici ${versionOf('undici')}`,
  client: {
    connect,
    cannot: { fragmentsFromPeer: 'the WebSocket interface sends whole messages' },
    dropsBom: { value: true, why: 'it decodes text as files are decoded, with the mark removed' },
    refusalLacks: { value: 'status and body', why: 'so that web pages cannot scan networks' },
  },
})
