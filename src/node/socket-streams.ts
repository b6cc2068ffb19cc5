import { Duplex, type DuplexOptions } from 'node:stream'
import { ReadableStream, WritableStream } from 'node:stream/web'
import { callbackify } from 'node:util'
import { CloseCode, type CloseOutcome, type Message, ReadyState } from '../core/index.ts'
import { failureOf } from './closed-error.ts'
import { WebSocketError } from './websocket-error.ts'

/** What a socket's streams are made of. */
export interface Streamed extends AsyncIterable<Message> {
  readonly readyState: ReadyState
  readonly closed: Promise<CloseOutcome>
  close(code?: number, reason?: string): Promise<CloseOutcome>
  terminate(): void
}

/** Sends a message when those before it have gone; resolves when the system has it. */
export type Write = (message: Message) => Promise<void>

// A socket that nobody asks for its streams has no place for them.
const readables = new WeakMap<Streamed, ReadableStream<Message>>()
const writables = new WeakMap<Streamed, WritableStream<Message>>()

/** The messages of a socket; nothing is read ahead but what its inbox takes. */
export function readableOf(socket: Streamed): ReadableStream<Message> {
  const made = readables.get(socket)
  if (made) return made
  const messages = socket[Symbol.asyncIterator]()
  const readable = new ReadableStream<Message>(
    {
      async pull(controller) {
        const { done, value } = await messages.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => closeUsing(socket, reason),
    },
    { highWaterMark: 0 },
  )
  readables.set(socket, readable)
  return readable
}

/** Sends messages to a socket, one when the one before it has gone. */
export function writableOf(socket: Streamed, write: Write): WritableStream<Message> {
  const made = writables.get(socket)
  if (made) return made
  const writable = new WritableStream<Message>({
    start(controller) {
      void socket.closed.then((outcome) => {
        // After a normal end only a write fails, so that what is piped here from its readable ends well.
        const failure = failureOf(outcome)
        if (failure) controller.error(failure)
      })
    },
    write,
    close: () => closed(socket),
    abort: (reason) => closeUsing(socket, reason),
  })
  writables.set(socket, writable)
  return writable
}

/** Closes with what a `WebSocketError` says, else with 1000. */
function closeUsing(socket: Streamed, reason: unknown): void {
  const { closeCode, reason: text } = reason instanceof WebSocketError ? reason : noInfo
  void socket.close(closeCode ?? CloseCode.normal, text)
}

const noInfo = { closeCode: null, reason: '' }

async function closed(socket: Streamed): Promise<void> {
  const failure = failureOf(await socket.close())
  if (failure) throw failure
}

async function gone(socket: Streamed): Promise<void> {
  if (socket.readyState !== ReadyState.CLOSED) socket.terminate()
  await socket.closed
}

/** Tells how a promise ended as streams of Node are told. */
const tell = callbackify((promise: Promise<void>) => promise)

/** A stream of Node over a socket: bytes, or whole messages where it is in object mode. */
export function duplexOf(socket: Streamed, write: Write, options: DuplexOptions = {}): Duplex {
  const messages = socket[Symbol.asyncIterator]()
  const duplex: Duplex = new Duplex({
    // A peer that has closed takes nothing any more.
    allowHalfOpen: false,
    ...options,
    read: () => void take(),
    write: (chunk: Message, _encoding, callback) => tell(write(chunk), callback),
    final: (callback) => tell(closed(socket), callback),
    destroy: (error, callback) => tell(gone(socket), () => callback(error)),
  })

  async function take(): Promise<void> {
    try {
      let next = await messages.next()
      // To a stream of bytes an empty message is nothing, after which it would not ask for more.
      while (!duplex.readableObjectMode && next.value?.length === 0) next = await messages.next()
      if (next.done) duplex.push(null)
      else duplex.push(duplex.readableObjectMode ? next.value : bufferOf(next.value))
    } catch (error) {
      duplex.destroy(error as Error)
    }
  }
  return duplex
}

function bufferOf(message: Message): Buffer {
  if (typeof message === 'string') return Buffer.from(message)
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength)
}
