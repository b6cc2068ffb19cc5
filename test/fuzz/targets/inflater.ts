import assert from 'node:assert/strict'
import { cuts } from '../bytes.ts'
import { deflateSeeds, mutateDeflateInput, readDeflateInput } from '../deflate-input.ts'
import { deflateReceive } from '../deflate-receiver.ts'
import { Bomb, ReferenceInflater } from '../reference-inflate.ts'
import { type Received, referenceReceive, wordOf } from '../reference-receiver.ts'
import type { Target } from '../target.ts'
import { answers, withoutReason } from './reference.ts'

/**
 * Tidewire's receiver with permessage-deflate, its own zlib and thread pool, and the naive one with a
 * naive inflater: the same messages or the same failure.
 */
export const inflater: Target = {
  name: 'inflater',
  seeds: deflateSeeds,
  dictionary: [],
  maxLength: 70_000,
  slow: true,
  mutate: mutateDeflateInput,

  async run(bytes) {
    const input = readDeflateInput(bytes)
    const received = await deflateReceive(cuts(input.stream, input.cut), input)
    const [first] = received
    const expected = first && expect(input, first)
    if (!expected) return ['bomb']
    const words = [`pardoned ${Math.min(expected.pardons, 2)}`]
    for (const { events, end, error, sent, pooled } of received) {
      assert.deepEqual(events, expected.events, 'other events than the reference')
      assert.ok(expected.end.split(' or ').includes(end), `"${end}", and not "${expected.end}"`)
      assert.equal(end, first.end, 'the chunks matter')
      const due = answers({ events, end })
      if (sent) assert.deepEqual(sent.map(withoutReason), due, 'other answers than due')
      words.push(error ?? wordOf(end), `pooled ${Math.min(pooled, 3)}`)
    }
    return words
  },
}

/** What the reference makes of it, with as many pardons as explain what was seen. */
function expect(
  input: ReturnType<typeof readDeflateInput>,
  seen: Received,
): (Received & { readonly pardons: number }) | undefined {
  try {
    for (let pardons = 0; ; pardons++) {
      const deflate = new ReferenceInflater(input, pardons)
      const expected = referenceReceive(input.stream, { ...input, deflate })
      const explains = expected.events.length === seen.events.length && expected.end === seen.end
      if (explains || deflate.beyond <= pardons) return { ...expected, pardons }
    }
  } catch (error) {
    if (error instanceof Bomb) return undefined
    throw error
  }
}
