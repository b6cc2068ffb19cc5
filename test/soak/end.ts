import type { Message, Socket } from '../../dist/node/index.js'
import type { Account } from './account.ts'

/** One side of a connection, whatever speaks there. */
export interface End {
  readonly open: boolean
  /** Resolves when the next message may be sent: to whether this one was. */
  send(message: Message): Promise<boolean>
  sendFragments(parts: readonly Message[]): Promise<boolean>
  ping(): void
  pause(): void
  resume(): void
  close(code: number): void
  /** Ends the transport without a word: by a reset, where that can be had. */
  cut(): void
  halfClose?(): void
  breakProtocol?(): void
}

/** Tidewire, on either side. */
export class TidewireEnd implements End {
  readonly #socket: Socket
  readonly #account: Account

  constructor(socket: Socket, account: Account) {
    this.#socket = socket
    this.#account = account
  }

  get open(): boolean {
    return this.#socket.readyState === 1
  }

  async send(message: Message): Promise<boolean> {
    const result = this.#socket.send(message)
    if (result === 'buffered') await this.#socket.drained().catch(() => {})
    return result !== 'dropped'
  }

  async sendFragments(parts: readonly Message[]): Promise<boolean> {
    return this.#socket.sendFragments(parts).then(
      () => true,
      () => false,
    )
  }

  ping(): void {
    if (this.#socket.readyState !== 1) return
    this.#account.pings++
    this.#socket.ping().then(
      () => this.#account.pongs++,
      () => {},
    )
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  close(code: number): void {
    void this.#socket.close(code, 'as planned')
  }

  cut(): void {
    this.#socket.terminate()
  }
}

/** Takes the messages of a socket one by one, as a program without a `message` handler does. */
export async function hearAll(socket: Socket, account: Account): Promise<void> {
  try {
    for await (const message of socket) account.hear(message)
  } catch {
    // How it ended is in the outcome.
  }
}
