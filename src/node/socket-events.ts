import { CloseCode, type CloseOutcome, type Message } from '../core/index.ts'
import type { Subscriber } from '../hub/index.ts'
import { channels } from './channels.ts'
import { isThenable } from './deferred.ts'
import type { PumpEvents } from './pump-settings.ts'
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
  /**
   * A handler failed; `socket` is `undefined` when it was no socket's. Without this the error is printed
   * with `console.error`.
   */
  error?(socket: Self | undefined, error: unknown): unknown
  /** A ping came and has been answered. */
  ping?(socket: Self, payload: Uint8Array): unknown
  pong?(socket: Self, payload: Uint8Array): unknown
}

/** The pump's events for sockets with these handlers, made once for all of them. */
export function socketEvents<Self extends Socket>(
  handlers: AnyHandlers<Self>,
  onClosed?: (socket: Self, member: Subscriber) => void,
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
    closed(socket, outcome, member) {
      settle(socket, outcome)
      onClosed?.(socket, member)
      call(handlers, 'close', socket, outcome)
    },
  }
}

/** A server's `open` is told more than a client's. */
type AnyHandlers<Self> = Omit<SocketHandlers<Self>, 'open'> & { open?(...told: never[]): unknown }

/** Calls a handler, and keeps what goes wrong in it to its own socket. */
export function call<Self extends Socket>(
  handlers: AnyHandlers<Self>,
  name: keyof AnyHandlers<Self>,
  socket: Self,
  argument?: unknown,
): void {
  const handler = handlers[name] as ((socket: Self, argument: unknown) => unknown) | undefined
  if (!handler) return
  try {
    const result = handler.call(handlers, socket, argument)
    if (isThenable(result)) {
      result.then(undefined, (error: unknown) => contain(handlers, socket, error))
    }
  } catch (error) {
    contain(handlers, socket, error)
  }
}

function contain<Self extends Socket>(
  handlers: AnyHandlers<Self>,
  socket: Self,
  error: unknown,
): void {
  report(handlers, error, socket)
  void socket.close(CloseCode.internalError)
}

/** Tells the program that something of its own failed. Never throws, nor does a promise of it. */
export function report<Self>(
  handlers: Pick<SocketHandlers<Self>, 'error'>,
  error: unknown,
  socket?: Self,
): void {
  if (channels.error.hasSubscribers) channels.error.publish({ socket, error })
  try {
    if (!handlers.error) return console.error('tidewire: a handler failed:', error)
    const result = handlers.error(socket, error)
    if (isThenable(result)) result.then(undefined, reportSecond)
  } catch (second) {
    reportSecond(second)
  }
}

function reportSecond(error: unknown): void {
  console.error('tidewire: the error handler failed:', error)
}
