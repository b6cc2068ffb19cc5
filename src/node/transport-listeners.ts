import type { Socket as NetSocket } from 'node:net'
import { lentBytes, readShared } from './shared-read.ts'

/** Who is told what happens to a socket. */
export interface TransportListener {
  /** @param lent Whether the bytes are the listener's only during the call. */
  receive(bytes: Uint8Array, lent: boolean): void
  end(): void
  drained(): void
  failed(error: Error): void
  lost(): void
}

const listenerOf: unique symbol = Symbol('tidewire.listener')
type Heard = NetSocket & { [listenerOf]?: TransportListener }

/** Listens for everything but what is read. */
export function listen(socket: Heard, listener: TransportListener): void {
  socket[listenerOf] = listener
  socket.on('error', onError)
  socket.on('close', onClose)
  socket.on('drain', onDrain)
}

/** Listens for what is read as well. What was read before nobody listened comes at once. */
export function listenForBytes(socket: Heard): void {
  const waiting = socket.readableLength > 0 ? (socket.read() as Buffer | null) : null
  if (waiting) onData.call(socket, waiting)
  readShared(socket, onRead)
  socket.on('data', onData)
  socket.on('end', onEnd)
}

/** Who listens to a socket, if anyone does yet. */
export function listenerTo(socket: Heard): TransportListener | undefined {
  return socket[listenerOf]
}

// One function each for all sockets: a listener that is a closure costs every connection its own.

function onData(this: Heard, chunk: Buffer): void {
  // A plain view, so that programs get a Uint8Array whether or not their message lay in one chunk.
  this[listenerOf]?.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength), false)
}

function onRead(this: Heard, length: number): boolean {
  this[listenerOf]?.receive(lentBytes(length), true)
  return true
}

function onEnd(this: Heard): void {
  this[listenerOf]?.end()
}

function onDrain(this: Heard): void {
  this[listenerOf]?.drained()
}

function onError(this: Heard, error: Error): void {
  this[listenerOf]?.failed(error)
}

function onClose(this: Heard): void {
  this[listenerOf]?.lost()
}
