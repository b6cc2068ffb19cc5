import type { CloseCommand, FaultCommand, FeedCommand, SendCommand } from '../../inspect/index.ts'
import { TidewireError } from '../../errors/index.ts'
import type { Server } from '../server.ts'
import type { Socket } from '../socket.ts'
import type { Subject } from './subject.ts'

/** The connections of a server in this program. */
export class ServerSubject implements Subject {
  readonly kind = 'server'
  readonly proxy: undefined = undefined
  readonly commands: readonly FeedCommand[] = ['send', 'close']
  readonly #server: Pick<Server, 'path'> & { readonly url?: string }
  readonly #sockets = new Map<number, Socket>()

  constructor(server: Pick<Server, 'path'> & { readonly url?: string }) {
    this.#server = server
  }

  get target(): string | undefined {
    const { url, path = '/' } = this.#server
    return url && url.replace(/^http/, 'ws').replace(/\/$/, path)
  }

  opened(connection: number, socket: Socket): void {
    this.#sockets.set(connection, socket)
    void socket.closed.then(() => this.#sockets.delete(connection))
  }

  bufferedAmount(connection: number): number {
    return this.#sockets.get(connection)?.bufferedAmount ?? 0
  }

  faults(): readonly FaultCommand[] {
    return []
  }

  perform(command: SendCommand | FaultCommand | CloseCommand): string | undefined {
    const socket = this.#sockets.get(command.connection)
    if (!socket) return 'this connection is closed'
    if (command.to === 'server') return 'a server cannot be sent anything from itself'
    try {
      if (command.ask === 'send') return send(socket, command)
      if (command.ask === 'fault') return 'faults are injected by tidewire inspect, as a proxy'
      if (command.code === undefined) socket.terminate()
      else void socket.close(command.code, command.reason)
      return undefined
    } catch (error) {
      if (error instanceof TidewireError) return error.message
      throw error
    }
  }
}

function send(socket: Socket, { opcode, data }: SendCommand): string | undefined {
  if (opcode === 'pong') return 'a server of Tidewire answers pings, and sends no other pong'
  if (opcode === 'ping') {
    // It rejects when the connection closes before the answer.
    socket.ping(Buffer.from(data, 'base64')).catch(() => {})
    return undefined
  }
  const message = opcode === 'text' ? data : new Uint8Array(Buffer.from(data, 'base64'))
  return socket.send(message) === 'dropped' ? 'the message was dropped' : undefined
}
