import { emptyBuffer } from './constants.ts'

/** What `send` takes: a Blob, bytes in any of their forms, or what `Buffer.from` makes bytes of. */
export type Sendable =
  | string
  | Blob
  | ArrayBufferLike
  | ArrayBufferView
  | readonly unknown[]
  | number
  | { valueOf(): ArrayBuffer }
  | { valueOf(): SharedArrayBuffer }
  | { valueOf(): Uint8Array }
  | { valueOf(): readonly number[] }
  | { valueOf(): string }
  | { [Symbol.toPrimitive](hint: string): string }

/** A Blob or File, of Node or of a library such as fetch-blob. */
export function isBlob(value: unknown): value is Blob {
  if (typeof value !== 'object' || value === null) return false
  const {
    arrayBuffer,
    type,
    stream,
    [Symbol.toStringTag]: tag,
  } = value as Record<PropertyKey, unknown>
  return (
    typeof arrayBuffer === 'function' &&
    typeof type === 'string' &&
    typeof stream === 'function' &&
    (tag === 'Blob' || tag === 'File')
  )
}

/**
 * The bytes of `data`, without a copy where it has bytes.
 * @throws {TypeError} when there is no way to make bytes of it.
 */
export function toBytes(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return Buffer.from(data as string)
}

/** What `Buffer.from` makes, without its looking at the arguments: a fifth of the time. */
const FastBuffer = Reflect.get(Buffer, Symbol.species) as new (
  memory: ArrayBufferLike,
  offset: number,
  length: number,
) => Buffer

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  if (bytes.length === 0) return emptyBuffer
  return new FastBuffer(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** An ArrayBuffer that holds these bytes and no others. */
export function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  if (byteLength === buffer.byteLength) return buffer as ArrayBuffer
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
