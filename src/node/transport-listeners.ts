import type { Socket as NetSocket } from 'node:net'
import { lentBytes, readPlainly, readShared } from './shared-read.ts'

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
/** Whether what is read is listened for as well. */
const isRead: unique symbol = Symbol('tidewire.isRead')
type Heard = NetSocket & { [listenerOf]?: TransportListener | undefined; [isRead]?: boolean }

/** Listens for everything but what is read; in place of whoever listened before. */
export function listen(socket: Heard, listener: TransportListener): void {
  const before = socket[listenerOf]
  socket[listenerOf] = listener
  if (before) return
  socket.on('error', onError)
  socket.on('close', onClose)
  socket.on('drain', onDrain)
}

/** Listens for what is read as well. What was read before nobody listened comes at once. */
export function listenForBytes(socket: Heard): void {
  readShared(socket, onRead)
  if (!socket[isRead]) {
    socket[isRead] = true
    socket.on('data', onData)
    socket.on('end', onEnd)
  }
  // Emits it.
  if (socket.readableLength > 0) socket.read()
}

/** Keeps what is read until somebody listens for it again, as much as a stream keeps. */
export function keepBytes(socket: Heard): void {
  readPlainly(socket)
  socket.pause()
  // Reading goes on, so that the end of the stream is seen.
  socket.read(0)
}

/** Leaves a socket to another. */
export function unlisten(socket: Heard): void {
  socket[listenerOf] = undefined
  socket[isRead] = false
  socket.off('error', onError)
  socket.off('close', onClose)
  socket.off('drain', onDrain)
  socket.off('data', onData)
  socket.off('end', onEnd)
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
