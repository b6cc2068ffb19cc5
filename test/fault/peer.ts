/** A Tidewire client or server in a process of its own, which can be stopped or lose its network. */
import {
  connect,
  serve,
  type CloseOutcome,
  type Heartbeat,
  type Socket,
} from '../../dist/node/index.js'

/** What the process is to be, in its first argument as JSON. */
export interface PeerOptions {
  /** A client of this URL; without it a server, on `hostname`. */
  readonly url?: string
  readonly hostname?: string
  readonly heartbeat: Partial<Heartbeat> | false
}

export type PeerTold =
  | { readonly told: 'listening'; readonly url: string }
  | { readonly told: 'open' }
  | { readonly told: 'message'; readonly message: string }
  | {
      readonly told: 'closed'
      readonly code: number
      readonly trigger: string
      readonly text: string
    }

const options = JSON.parse(process.argv[2]!) as PeerOptions
const { url, heartbeat, hostname = '127.0.0.1' } = options
const tell = (told: PeerTold): void => void process.send!(told)

const handlers = {
  open(socket: Socket) {
    tell({ told: 'open' })
    const sendText = (text: unknown): void => void socket.send(String(text))
    process.on('message', sendText)
    void socket.closed.finally(() => process.off('message', sendText))
  },
  message: (_: unknown, message: string | Uint8Array) =>
    tell({ told: 'message', message: String(message) }),
  close: (_: unknown, { code, cause }: CloseOutcome) =>
    tell({ told: 'closed', code, trigger: cause.trigger, text: cause.text }),
}

process.on('disconnect', () => process.exit())
if (url === undefined) {
  const server = await serve({ ...handlers, heartbeat, hostname, hosts: '*' })
  tell({ told: 'listening', url: server.url.replace('http', 'ws') })
} else {
  await connect(url, { ...handlers, heartbeat })
}
