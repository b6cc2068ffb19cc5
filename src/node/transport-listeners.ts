import type { Socket as NetSocket } from 'node:net'

/** Who is told what happens to a socket. */
export interface TransportListener {
  receive(bytes: Uint8Array): void
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

/** Listens for what is read as well. */
export function listenForBytes(socket: NetSocket): void {
  socket.on('data', onData)
  socket.on('end', onEnd)
}

// One function each for all sockets: a listener that is a closure costs every connection its own.

function onData(this: Heard, chunk: Buffer): void {
  // A plain view, so that programs get a Uint8Array whether or not their message lay in one chunk.
  this[listenerOf]?.receive(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength))
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
