import { CloseCode, type CloseOutcome, type Message } from '../core/index.ts'
import type { PumpEvents } from './pump.ts'
import { enqueue, nowWritable, settle, type Socket } from './socket.ts'

/**
 * What a program does about its sockets. One set of functions serves all of them. A function that
 * throws, or returns a promise that rejects, closes the socket it was called for with 1011 and no other.
 */
export interface SocketHandlers<Self> {
  /** The handshake is done. Messages come after this has returned. */
  open?(socket: Self): unknown
  /** Without this, messages wait for `for await (const message of socket)`. */
  message?(socket: Self, message: Message): unknown
  /** Everything that `send` reported as `buffered` has been sent. */
  drain?(socket: Self): unknown
  /** The connection is over; `outcome.cause` says why. */
  close?(socket: Self, outcome: CloseOutcome): unknown
  /** A handler failed. Without this the error is printed with `console.error`. */
  error?(socket: Self, error: unknown): unknown
  /** A ping came and has been answered. */
  ping?(socket: Self, payload: Uint8Array): unknown
  pong?(socket: Self, payload: Uint8Array): unknown
}

/** The pump's events for sockets with these handlers, made once for all of them. */
export function socketEvents<Self extends Socket>(
  handlers: SocketHandlers<Self>,
  onClosed?: (socket: Self) => void,
): PumpEvents<Self> {
  return {
    message(socket, message) {
      if (handlers.message) call(handlers, 'message', socket, message)
      else enqueue(socket, message)
    },
    ping: (socket, payload) => call(handlers, 'ping', socket, payload),
    pong: (socket, payload) => call(handlers, 'pong', socket, payload),
    drain(socket) {
      if (nowWritable(socket)) call(handlers, 'drain', socket)
    },
    closed(socket, outcome) {
      settle(socket, outcome)
      onClosed?.(socket)
      call(handlers, 'close', socket, outcome)
    },
  }
}

/** Calls a handler, and keeps what goes wrong in it to its own socket. */
export function call<Self extends Socket>(
  handlers: SocketHandlers<Self>,
  name: 'open' | 'message' | 'drain' | 'close' | 'ping' | 'pong',
  socket: Self,
  argument?: Message | CloseOutcome,
): void {
  const handler = handlers[name] as ((socket: Self, argument: unknown) => unknown) | undefined
  if (!handler) return
  try {
    const result = handler.call(handlers, socket, argument)
    if (result instanceof Promise)
      result.catch((error: unknown) => contain(handlers, socket, error))
  } catch (error) {
    contain(handlers, socket, error)
  }
}

function contain<Self extends Socket>(
  handlers: SocketHandlers<Self>,
  socket: Self,
  error: unknown,
): void {
  try {
    if (handlers.error) handlers.error(socket, error)
    else console.error('tidewire: a handler failed, its socket is closed with 1011:', error)
  } catch (second) {
    console.error('tidewire: the error handler failed:', second)
  }
  void socket.close(CloseCode.internalError)
}
