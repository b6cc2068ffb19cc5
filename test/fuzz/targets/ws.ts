import { concat, cuts } from '../bytes.ts'
import { mutateStreamInput, readStreamInput, streamSeeds } from '../stream-input.ts'
import type { Target } from '../target.ts'
import { tidewireReceive } from '../tidewire-receiver.ts'
import { compare, frameDeviations } from '../ws-deviations.ts'
import { wsReceive } from '../ws-receiver.ts'

/** Tidewire's receiver and that of ws: the same messages and the same end, or a known deviation. */
export const wsDifference: Target = {
  name: 'ws',
  seeds: streamSeeds,
  dictionary: [],
  maxLength: 70_000,
  mutate: mutateStreamInput,

  async run(input) {
    const read = readStreamInput(input)
    const longer = { ...read, stream: concat(read.stream, new Uint8Array(16)) }
    const words: string[] = []
    for (const chunks of cuts(read.stream, read.cut)) {
      // Both unmask in place.
      const theirs = wsReceive(
        chunks.map((chunk) => chunk.slice()),
        read,
      )
      const ours = tidewireReceive(chunks, read)
      const both = () => [
        tidewireReceive([longer.stream.slice()], longer),
        wsReceive([longer.stream.slice()], longer),
      ]
      words.push(await compare(ours, theirs, frameDeviations, both))
    }
    return words
  },
}
