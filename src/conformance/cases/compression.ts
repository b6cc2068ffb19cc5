import type { Case } from '../case.ts'
import type { DeflateParams } from '../wire/deflate.ts'
import type { Sample } from '../wire/samples.ts'
import { echo, roundTrips, type Row, table } from './script.ts'

const kib = 1024

/** The 18 of the Autobahn testsuite: how large messages are, and in which fragments they come. */
const shapes: readonly (readonly [length: number, fragment?: number])[] = [
  [16],
  [64],
  [256],
  [kib],
  [4 * kib],
  [8 * kib],
  [16 * kib],
  [32 * kib],
  [64 * kib],
  [128 * kib],
  [8 * kib, 256],
  [16 * kib, 256],
  [32 * kib, 256],
  [64 * kib, 256],
  [128 * kib, 256],
  [128 * kib, kib],
  [128 * kib, 4 * kib],
  [128 * kib, 32 * kib],
]

/** So many bytes go through each case, in at least 3 messages so that a window is carried over. */
const volume = 512 * kib
/** And in a full run so many messages, as in the Autobahn testsuite. */
const many = 1000

function rows(
  sample: Sample['sample'],
  words: string,
  deflate: readonly DeflateParams[] = [{}],
): Row[] {
  const agree = deflate.map(mirrored)
  const kind = sample === 'bitmap' || sample === 'noise' ? 'binary' : 'text'
  return shapes.map(([length, fragment]) => {
    const cut = fragment === undefined ? '' : ` in fragments of ${fragment}`
    const one = echo(kind, { sample, length })
    const of = (times: number): Row => ({
      title: `${words}: ${times} messages of ${length} bytes${cut}`,
      ...roundTrips(one, times, fragment),
    })
    const few = Math.max(3, Math.min(20, Math.floor(volume / length)))
    return { ...of(few), full: of(many), opening: { deflate, agree }, patience: 30_000 }
  })
}

const kinds = ['json', 'bitmap', 'prose', 'html', 'noise'] as const

/** What is asked of the endpoint: by an offer of a server, by an agreement of a client. */
const parameters: readonly DeflateParams[][] = [
  [{}],
  [{ serverNoContext: true }],
  [{ serverBits: 9 }],
  [{ serverBits: 15 }],
  [{ serverNoContext: true, serverBits: 9 }],
  [{ serverNoContext: true, serverBits: 15 }],
  [{ serverNoContext: true, serverBits: 9 }, { serverNoContext: true }, {}],
]

/** The same for the other role. */
const mirrored = ({ serverNoContext, serverBits }: DeflateParams): DeflateParams => ({
  ...(serverNoContext ? { clientNoContext: true } : {}),
  ...(serverBits ? { clientBits: serverBits } : {}),
})

const words = (offers: readonly DeflateParams[]): string =>
  offers
    .map(({ serverNoContext, serverBits = 0 }) =>
      [
        serverNoContext ? 'no takeover' : 'takeover',
        serverBits ? `window ${serverBits}` : 'any window',
      ].join(', '),
    )
    .join(' or ')

/** Groups 12 and 13: compressed messages, by what is in them and by what was agreed. */
export const compressedData: readonly Case[] = kinds.flatMap((kind, at) =>
  table(`12.${at + 1}`, 'RFC 7692 §7.2', rows(kind, kind)),
)

export const compressionParameters: readonly Case[] = parameters.flatMap((offers, at) =>
  table(`13.${at + 1}`, 'RFC 7692 §7.1', rows('json', words(offers), offers)),
)
