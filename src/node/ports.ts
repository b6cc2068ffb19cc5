import { isUtf8 } from 'node:buffer'
import { createHash, randomFillSync } from 'node:crypto'
import type { Ports } from '../core/index.ts'

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

const encoder = new TextEncoder()
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
  sha1: (data) => createHash('sha1').update(data).digest(),
  decodeUtf8,
  isUtf8,
  encodeUtf8: (text) => encoder.encode(text),
  now: () => performance.now(),
}
