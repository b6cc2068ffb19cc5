import { concat, cuts } from '../bytes.ts'
import {
  type DeflateInput,
  deflateSeeds,
  mutateDeflateInput,
  readDeflateInput,
} from '../deflate-input.ts'
import { deflateReceive } from '../deflate-receiver.ts'
import { decodeFrames } from '../frames.ts'
import { Bomb, ReferenceInflater } from '../reference-inflate.ts'
import { referenceReceive } from '../reference-receiver.ts'
import type { Target } from '../target.ts'
import {
  compare,
  type Deviations,
  frameDeviations,
  isControlEvent,
  startsWith,
} from '../ws-deviations.ts'
import { wsReceiveDeflated } from '../ws-receiver.ts'

/** How ws is known to differ where messages are compressed. */
function deviationsFor(input: DeflateInput): Deviations {
  const reference = new ReferenceInflater(input, Infinity)
  referenceReceive(input.stream, { ...input, deflate: reference })
  return {
    ...frameDeviations,

    /** RFC 7692 §7.2.2: ws takes what zlib has when the input is used up, between two blocks or not. */
    'ws does not ask whether a message is whole': (ours, theirs) =>
      ours.error === 'ERR_DEFLATE_DATA' && startsWith(theirs.events, ours.events),

    /** §6.2 leaves the time open: ws inflates each fragment as it comes. */
    'ws refuses a message before it is whole': (ours, theirs) =>
      ['fail 1007', 'fail 1009'].includes(theirs.end) &&
      startsWith(ours.events, theirs.events) &&
      ours.events.slice(theirs.events.length).every(isControlEvent),

    /** §7.2.3.4 and §7.2.1: ws drops what follows a final block, and its window with it. */
    'ws ends its inflater at a final block': () => reference.finals > 0,

    /** See `beyond`: it depends on how much output zlib is given room for. */
    'what refers beyond the window may be read or not': () => reference.beyond > 0,

    /** The limit is one for messages; ws also holds their compressed form to it, which may be longer. */
    'ws counts compressed bytes': (ours, theirs) =>
      theirs.end === 'fail 1009' && startsWith(ours.events, theirs.events) && isLong(input),
  }
}

/** Whether there is a compressed message that is longer than the limit for what it inflates to. */
function isLong({ stream, message }: DeflateInput): boolean {
  let length = 0
  for (const { opcode, rsv, payload, excess } of decodeFrames(stream)) {
    if (opcode === 1 || opcode === 2) length = rsv === 4 ? 0 : -Infinity
    if (opcode < 3) length += payload.length + excess
    if (length > message) return true
  }
  return false
}

/** Tidewire's receiver with permessage-deflate and that of ws. */
export const wsDeflate: Target = {
  name: 'ws-deflate',
  seeds: deflateSeeds,
  dictionary: [],
  maxLength: 70_000,
  slow: true,
  mutate: mutateDeflateInput,

  async run(bytes) {
    const input = { ...readDeflateInput(bytes), held: false, lost: false }
    const words: string[] = []
    let deviations: Deviations
    try {
      deviations = deviationsFor(input)
    } catch (error) {
      if (error instanceof Bomb) return ['bomb']
      throw error
    }
    const longer = { ...input, stream: concat(input.stream, new Uint8Array(16)) }
    const both = async () => [
      ...(await deflateReceive([[longer.stream.slice()]], longer)),
      await wsReceiveDeflated([longer.stream.slice()], longer),
    ]
    const ways = cuts(input.stream, input.cut)
    for (const [i, ours] of (await deflateReceive(ways, input)).entries()) {
      // What Tidewire was given it has unmasked in place.
      const again = cuts(input.stream, input.cut)[i] ?? []
      const theirs = await wsReceiveDeflated(again, input)
      words.push(await compare(ours, theirs, deviations, both))
    }
    return words
  },
}
