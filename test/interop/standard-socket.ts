/** The WebSocket of the WebSockets standard as a side: undici's, Node's own and Tidewire's. */
import type { CloseCause } from '../../dist/node/index.js'
import { Inbox, Refusal, type Side } from './side.ts'

/** The part of the interface that is used here; every one of them has its own types. */
export interface StandardSocket {
  binaryType: string
  readonly protocol: string
  send(data: string | Uint8Array): void
  close(code?: number, reason?: string): void
  addEventListener(type: string, listener: (event: Event) => void): void
}

interface Told {
  readonly data: string | ArrayBuffer
  readonly code: number
  readonly reason: string
  readonly cause?: CloseCause
}

/**
 * Resolves when the socket has opened.
 * @throws {Refusal} when it closes instead; its `cause` is that of the close event.
 */
export function standardSide(socket: StandardSocket, more: Partial<Side> = {}): Promise<Side> {
  const { promise, resolve, reject } = deferred<Side>()
  const inbox = new Inbox()
  const on = (type: string, listener: (event: Told) => void): void =>
    socket.addEventListener(type, (event) => listener(event as Event & Told))
  socket.binaryType = 'arraybuffer'
  on('message', ({ data }) => inbox.put(typeof data === 'string' ? data : new Uint8Array(data)))
  on('close', ({ code, reason, cause }) => {
    reject(refusal(cause))
    inbox.end(code, reason, cause)
  })
  // Node 22's fires no close event when the handshake has failed; the others' says more than 'error'.
  on('error', () => void setImmediate(() => reject(refusal())))
  on('open', () => {
    resolve({
      protocol: socket.protocol,
      closed: inbox.closed,
      receive: inbox.receive,
      // The interface has no way to wait: what is sent too fast is kept in memory.
      send: async (message) => socket.send(message),
      close: (code, reason) => socket.close(code, reason),
      ...more,
    })
  })
  return promise
}

function refusal(cause?: CloseCause): Refusal {
  const error = new Refusal('the WebSocket was not opened')
  error.cause = cause
  return error
}

function deferred<Value>(): {
  promise: Promise<Value>
  resolve: (value: Value) => void
  reject: (error: Error) => void
} {
  let resolve: (value: Value) => void = () => {}
  let reject: (error: Error) => void = () => {}
  const promise = new Promise<Value>((...settlers) => ([resolve, reject] = settlers))
  return { promise, resolve, reject }
}
