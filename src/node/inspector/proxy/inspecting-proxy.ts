import { createServer, type Server as NetServer, type Socket as NetSocket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type {
  CloseCommand,
  FaultCommand,
  FeedCommand,
  Recording,
  SendCommand,
} from '../../../inspect/index.ts'
import { TidewireError } from '../../../errors/index.ts'
import { deferred } from '../../deferred.ts'
import { listenFault } from '../../http-host.ts'
import type { Subject } from '../subject.ts'
import { ProxiedConnection, type Proxying } from './proxied-connection.ts'
import type { Target } from './target.ts'

/**
 * Stands between any client and a server: clients connect to it instead. What goes through is byte for byte
 * what came, at the speed at which the other side takes it, until somebody asks for a fault.
 */
export class InspectingProxy implements Subject {
  readonly kind = 'proxy'
  readonly commands: readonly FeedCommand[] = ['send', 'fault', 'close']
  readonly #proxying: Proxying
  readonly #server: NetServer
  readonly #secure: boolean
  readonly #open = new Set<ProxiedConnection>()
  readonly #byId = new Map<number, ProxiedConnection>()
  readonly #transports = new Set<NetSocket>()
  #address = ''

  constructor(target: Target, recording: Recording, tls: TlsOptions | undefined) {
    this.#proxying = {
      target,
      recording,
      opened: (id, connection) => this.#byId.set(id, connection),
      closed: (connection) => this.#forget(connection),
    }
    this.#secure = tls !== undefined
    const accept = (socket: NetSocket): void => {
      this.#open.add(new ProxiedConnection(socket, this.#proxying))
    }
    const halfOpen = { allowHalfOpen: true }
    this.#server = tls
      ? createTlsServer({ ALPNProtocols: ['http/1.1'], ...tls, ...halfOpen }, accept)
      : createServer(halfOpen, accept)
    // Those in a TLS handshake as well, and those whose client did not like the certificate.
    this.#server.on('connection', (socket: NetSocket) => {
      this.#transports.add(socket)
      socket.on('close', () => this.#transports.delete(socket))
    })
    this.#server.on('tlsClientError', (_error, socket: NetSocket) => socket.destroy())
  }

  get target(): string {
    return this.#proxying.target.url.safeHref
  }

  /** What clients connect to instead of the target. */
  get proxy(): string {
    const { target } = this.#proxying.target.url
    return `${this.#secure ? 'wss' : 'ws'}://${this.#address}${target}`
  }

  /** @throws {TidewireError} `ERR_LISTEN`. */
  listen(port: number, host: string): Promise<void> {
    const { promise, resolve, reject } = deferred<void>()
    const onError = (cause: NodeJS.ErrnoException): void =>
      reject(new TidewireError('ERR_LISTEN', listenFault({ port, host }, cause), { cause }))
    this.#server.once('error', onError).listen(port, host, () => {
      this.#server.off('error', onError)
      const bound = this.#server.address() as { port: number }
      this.#address = `${host.includes(':') ? `[${host}]` : host}:${bound.port}`
      resolve()
    })
    return promise
  }

  bufferedAmount(connection: number): number {
    return this.#byId.get(connection)?.waiting ?? 0
  }

  faults(connection: number): readonly FaultCommand[] {
    return this.#byId.get(connection)?.faults(connection) ?? []
  }

  perform(command: SendCommand | FaultCommand | CloseCommand): string | undefined {
    const connection = this.#byId.get(command.connection)
    return connection ? connection.perform(command) : 'this connection is closed'
  }

  /** Cuts off every connection. */
  close(): Promise<void> {
    for (const connection of this.#open) connection.destroy()
    for (const socket of this.#transports) socket.destroy()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  #forget(connection: ProxiedConnection): void {
    this.#open.delete(connection)
    for (const [id, one] of this.#byId) if (one === connection) this.#byId.delete(id)
  }
}
