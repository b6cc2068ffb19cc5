import { createHash, randomBytes } from 'node:crypto'
import type { Ports } from '../core/index.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What the core needs from outside, for one connection at a time. */
export const ports: Ports = {
  random: (length) => randomBytes(length),
  sha1: (data) => createHash('sha1').update(data).digest(),
  encodeUtf8: (text) => new TextEncoder().encode(text),
  decodeUtf8(bytes) {
    try {
      return decoder.decode(bytes)
    } catch {
      return undefined
    }
  },
  now: () => performance.now(),
}
