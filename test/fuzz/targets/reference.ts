import assert from 'node:assert/strict'
import { cuts } from '../bytes.ts'
import { type Received, referenceReceive, wordOf } from '../reference-receiver.ts'
import { mutateStreamInput, readStreamInput, streamSeeds } from '../stream-input.ts'
import type { Target } from '../target.ts'
import { tidewireReceive, type TidewireReceived } from '../tidewire-receiver.ts'

/** Tidewire's receiver and the naive one: the same bytes, however they are cut, mean the same. */
export const reference: Target = {
  name: 'reference',
  seeds: streamSeeds,
  dictionary: [],
  maxLength: 70_000,
  mutate: mutateStreamInput,

  run(input) {
    const read = readStreamInput(input)
    const expected = referenceReceive(read.stream, read)
    let error: string | undefined
    for (const [i, chunks] of cuts(read.stream, read.cut).entries()) {
      const receive = (): TidewireReceived => tidewireReceive(chunks, read)
      // Asking for the memory takes longer than all the rest: once is enough.
      const seen = i === 1 ? withinMemory(read.stream.length, receive) : receive()
      assert.deepEqual(seen.events, expected.events, 'other events than the reference')
      assert.equal(seen.end, expected.end, 'another end than the reference')
      assert.deepEqual(seen.sent.map(withoutReason), answers(expected), 'other answers than due')
      error = seen.error
    }
    return [error ?? wordOf(expected.end), ...pairs(expected.events)]
  },
}

/** What a connection may allocate beside what came in; far under the largest message limit. */
const constant = 128 * 1024

/** What a peer announces must cost nothing: memory grows with what has arrived. */
function withinMemory<T>(size: number, run: () => T): T {
  const before = process.memoryUsage().arrayBuffers
  const result = run()
  // At most what was allocated, for the collector may have run: too small at times, never too large.
  const allocated = process.memoryUsage().arrayBuffers - before
  assert.ok(allocated <= 4 * size + constant, `takes ${allocated} bytes of memory for ${size}`)
  return result
}

/** What RFC 6455 has a receiver send: a pong for each ping (§5.5.3), its close frame (§5.5.1, §7.1.7). */
export function answers({ events, end }: Received): string[] {
  const pongs = events
    .filter((event) => event.startsWith('ping '))
    .map((event) => `10${event.slice(4)}`)
  const [what, code] = end.split(' ')
  if (what === 'open') return pongs
  return [...pongs, code === '1005' ? '8 ' : `8 ${Number(code).toString(16).padStart(4, '0')}`]
}

/** The code of a close frame says why; what the reason says is up to who sends it. */
export function withoutReason(frame: string): string {
  return frame.startsWith('8 ') ? frame.slice(0, 6) : frame
}

/** Which kind of event followed which: streams that mix them in a new way are worth keeping. */
function pairs(events: readonly string[]): string[] {
  const kinds = events.map((event) => event.split(' ', 1)[0])
  return kinds.slice(1).map((kind, i) => `${kinds[i]}>${kind}`)
}
