import type { CloseOutcome, Handshake, ServerSocket } from '../node/index.ts'
import { closeEvent } from './ending.ts'

/** What happens to a server, one line of JSON for each event, with the connections numbered from 1. */
export class ServerEvents {
  readonly #write: (line: string) => void
  readonly #numbers = new WeakMap<ServerSocket, number>()
  #opened = 0

  constructor(write: (line: string) => void) {
    this.#write = write
  }

  /** @param door By which link the page is opened, where that is not its URL; with the inspector's. */
  listening(url: string, door: string | undefined, inspector: string | undefined): void {
    const websocket = url.replace(/^http/, 'ws')
    this.#tell({ type: 'listening', url, websocket, page: door ?? url, inspector })
  }

  opened(socket: ServerSocket, { request: { path } }: Handshake): void {
    const connection = ++this.#opened
    this.#numbers.set(socket, connection)
    const { protocol, extensions, remoteAddress: remote } = socket
    this.#tell({ type: 'open', connection, path, remote, protocol, extensions })
  }

  closed(socket: ServerSocket, outcome: CloseOutcome): void {
    this.#tell({ ...closeEvent(outcome), connection: this.#numbers.get(socket) })
  }

  /** @param socket Whose handler failed, where it was one's. */
  failed(socket: ServerSocket | undefined, error: unknown): void {
    const connection = socket && this.#numbers.get(socket)
    const { code } = Object(error) as { code?: unknown }
    this.#tell({ type: 'error', connection, code, message: String(error) })
  }

  #tell(event: object): void {
    this.#write(`${JSON.stringify(event)}\n`)
  }
}
