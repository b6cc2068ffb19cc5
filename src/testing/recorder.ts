import type { RemoteProtocolError } from '../errors/index.ts'
import type { CloseOutcome, ConnectionHandler, Message } from '../core/index.ts'

/** A handler that writes down what its connection tells it. */
export class Recorder implements ConnectionHandler {
  readonly messages: Message[] = []
  readonly pings: Uint8Array[] = []
  readonly pongs: Uint8Array[] = []
  /** How often the connection asked to end its side of the transport. */
  finishes = 0
  /** How often it asked to destroy the transport. */
  aborts = 0
  /** How often it told of output that had come by itself. */
  outputs = 0
  /** How often it told of reading that had gone on by itself. */
  readings = 0
  readonly outcomes: CloseOutcome[] = []

  /** What else to do, each after it has been written down: to call the connection from a handler. */
  react: Partial<ConnectionHandler> = {}

  /** How the connection ended; `undefined` while it has not. */
  get outcome(): CloseOutcome | undefined {
    return this.outcomes[0]
  }

  onMessage(message: Message, text: boolean, ends?: readonly number[]): void {
    this.messages.push(message)
    this.react.onMessage?.(message, text, ends)
  }

  onPing(payload: Uint8Array): void {
    this.pings.push(payload)
    this.react.onPing?.(payload)
  }

  onPong(payload: Uint8Array): void {
    this.pongs.push(payload)
    this.react.onPong?.(payload)
  }

  onFailed(error: RemoteProtocolError, opcode: number): void {
    this.react.onFailed?.(error, opcode)
  }

  onFinish(): void {
    this.finishes++
    this.react.onFinish?.()
  }

  onAbort(): void {
    this.aborts++
    this.react.onAbort?.()
  }

  onOutput(): void {
    this.outputs++
    this.react.onOutput?.()
  }

  onReading(): void {
    this.readings++
    this.react.onReading?.()
  }

  isTired(): boolean {
    return this.react.isTired?.() ?? false
  }

  onClosed(outcome: CloseOutcome): void {
    this.outcomes.push(outcome)
    this.react.onClosed?.(outcome)
  }
}
