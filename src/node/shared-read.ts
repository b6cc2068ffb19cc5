import { type OnReadOpts, Socket as NetSocket } from 'node:net'
import { isOn } from './fast-paths.ts'
import { readBuffer } from './unmask.ts'

// All sockets of this thread are read into one buffer, one after the other: else Node allocates 64 KiB for
// each read (echo of 64 B: 11.7 to 8.6 µs). What a reader keeps it has to copy.

/** What has just been read. */
export function lentBytes(length: number): Uint8Array {
  return readBuffer.subarray(0, length)
}

/** For `net.connect` and `tls.connect`, which have this as an option. */
export function sharedOnRead(take: (bytes: Uint8Array) => void): { onread?: OnReadOpts } {
  if (!isOn('shared-read')) return {}
  const callback = (length: number): boolean => {
    take(lentBytes(length))
    return true
  }
  return { onread: { buffer: readBuffer, callback } }
}

/**
 * The same for a socket that a server has accepted, for which Node has no public way. This is the one place
 * in Tidewire that uses its internals: those that `onread` is made of, if they look as they do in Node 20
 * to 26. Where they do not, the socket emits `data` as ever.
 * @param onRead Called with the socket as `this`; returns whether to read on.
 */
export function readShared<Self extends NetSocket>(
  socket: Self,
  onRead: (this: Self, length: number) => boolean,
): void {
  const internals = socket as unknown as Internals
  const { buffer, callback } = symbols
  if (!isOn('shared-read') || !buffer || !callback) return
  const isFree = internals[buffer] === null || internals[callback] === pushCopy
  if (!isFree || !isOfKernel(internals._handle)) return
  internals._handle.useUserBuffer(readBuffer)
  internals[callback] = onRead
  internals[buffer] = readBuffer
}

/** Lets a socket that was read that way emit `data` again. */
export function readPlainly(socket: NetSocket): void {
  const internals = socket as unknown as Internals
  const { buffer, callback } = symbols
  if (buffer && callback && internals[buffer] === readBuffer) internals[callback] = pushCopy
}

/** There is no way back to buffers of its own. */
function pushCopy(this: NetSocket, length: number): boolean {
  return this.push(Buffer.from(lentBytes(length)))
}

interface Handle {
  readonly useUserBuffer: (buffer: Uint8Array) => void
  readonly constructor: { readonly name: string }
  /** Of TLS: what it reads from. */
  readonly _parent?: Handle | null
}

interface Internals {
  _handle?: Partial<Handle> | null
  [symbol: symbol]: unknown
}

/** The slots in which a socket keeps what `onread` was given; `null` without it. */
const symbols = (() => {
  const slots = new NetSocket() as unknown as Internals
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(slots).find(
      (symbol) => symbol.description === name && slots[symbol] === null,
    )
  // The third one, which stays empty: without it this is not the Node we know.
  return named('kBufferGen') ? { buffer: named('kBuffer'), callback: named('kBufferCb') } : {}
})()

/**
 * Whether bytes come from the event loop alone. A stream made in JavaScript can bring more while a handler
 * still reads the last ones, which it would overwrite.
 */
function isOfKernel(handle: Partial<Handle> | null | undefined): handle is Handle {
  const name = (handle?._parent ?? handle)?.constructor?.name
  return (name === 'TCP' || name === 'Pipe') && typeof handle?.useUserBuffer === 'function'
}
