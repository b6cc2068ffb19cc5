import { applyMask, type Ports } from '../core/index.ts'
import { FakeClock } from './fake-clock.ts'
import { decodeUtf8, encodeUtf8, writeUtf8 } from './utf8.ts'

/** What `testPorts` may be given. */
export interface TestPortsOptions {
  /** Ports with the same seed give the same "random" bytes. Default 1. */
  readonly seed?: number
  readonly clock?: FakeClock
  /** Only handshakes need it; without one, they throw. */
  readonly sha1?: Ports['sha1']
}

/** Ports that make a test run the same way each time. */
export function testPorts(options: TestPortsOptions = {}): Ports {
  const { seed = 1, clock = new FakeClock(), sha1 = noSha1 } = options
  const { now } = clock
  const random = seededRandom(seed)
  return {
    random,
    sha1,
    decodeUtf8,
    encodeUtf8,
    writeUtf8,
    unmask: applyMask,
    allocate: dirty,
    now,
  }
}

/** Memory that holds anything. */
function dirty(length: number): Uint8Array {
  return new Uint8Array(length).fill(0xdb)
}

/** Bytes that look random and depend on `seed` alone (mulberry32). */
export function seededRandom(seed: number): Ports['random'] {
  let state = seed
  return (length) =>
    Uint8Array.from({ length }, () => {
      state = (state + 0x6d2b79f5) | 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return (mixed ^ (mixed >>> 14)) >>> 24
    })
}

function noSha1(): never {
  throw new Error('testPorts was given no sha1')
}
