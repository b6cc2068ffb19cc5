import { isUtf8 } from 'node:buffer'
import { hash, randomFillSync } from 'node:crypto'
// The global one is an accessor, which is called each time.
import { performance } from 'node:perf_hooks'
import type { Ports } from '../core/index.ts'
import { unmask } from './unmask.ts'

/** Random bytes are drawn this many at a time: one call into OpenSSL costs as much as 4 KiB of them. */
const poolSize = 8192
const pool = new Uint8Array(poolSize)
let used = poolSize

function random(length: number): Uint8Array {
  if (length > poolSize) return randomFillSync(new Uint8Array(length))
  if (used + length > poolSize) {
    randomFillSync(pool)
    used = 0
  }
  used += length
  return pool.slice(used - length, used)
}

/** Views that belong to programs, so plain ones. Small ones share memory that nobody can transfer. */
function allocate(length: number): Uint8Array {
  return plain(Buffer.allocUnsafe(length))
}

function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length)
}

/** TextEncoder allocates: 1,078 ns for 16 bytes, this takes 110. */
function encodeUtf8(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text))
  bytes.write(text)
  return plain(bytes)
}

/** The same memory as a Buffer, which can be written to at a place: all output goes to one slab. */
let slab = Buffer.alloc(0)

function writeUtf8(text: string, { buffer, byteOffset, length }: Uint8Array, at: number): number {
  if (slab.buffer !== buffer || slab.byteOffset !== byteOffset) {
    slab = Buffer.from(buffer as ArrayBuffer, byteOffset, length)
  }
  return slab.write(text, at)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The core's ports on Node's own modules. */
export const ports: Ports = {
  random,
  sha1: (data) => hash('sha1', data, 'buffer'),
  decodeUtf8,
  isUtf8,
  encodeUtf8,
  now: () => performance.now(),
  writeUtf8,
  unmask,
  allocate,
}
