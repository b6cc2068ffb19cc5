import { Random } from '../fuzz/random.ts'

export const endpoints = ['plain', 'takeover', 'fresh', 'tls'] as const
/** How a server is set up: without compression, with it in both ways, or with TLS. */
export type Endpoint = (typeof endpoints)[number]

export type Side = 'client' | 'server'

/**
 * How a connection ends. Who `closes` does so when all of both sides has arrived; who `leaves` closes in
 * the middle.
 */
export type Ending =
  | 'client closes'
  | 'server closes'
  | 'client leaves'
  | 'server leaves'
  | 'client resets'
  | 'server terminates'
  /** A FIN without a close frame. */
  | 'client half-closes'
  /** A frame that no protocol knows. */
  | 'client breaks the protocol'
  /** It reads nothing while the server sends as fast as it can. */
  | 'client chokes'

/** All that happens on one connection, known to both of its ends. */
export interface Plan {
  readonly id: number
  readonly seed: number
  readonly peer: 'tidewire' | 'ws' | 'raw'
  readonly endpoint: Endpoint
  /** Whether the client offers compression, and lets the server keep its context. */
  readonly deflate: boolean
  readonly takeover: boolean
  /** How many messages each side would send. */
  readonly counts: Readonly<Record<Side, number>>
  readonly ending: Ending
  /** Who ends it. */
  readonly by: Side
  /** After how many of its own messages that side ends it. */
  readonly endsAfter: number
  readonly code: number
  readonly topics: readonly number[]
  /** Who stops reading now and then. */
  readonly pauses: Readonly<Record<Side, boolean>>
  /** Whether a Tidewire client takes its messages with `for await`. */
  readonly iterates: boolean
}

const topicCount = 6

const endings: Readonly<Record<Plan['peer'], readonly Ending[]>> = {
  tidewire: [
    'client closes',
    'server closes',
    'client leaves',
    'server leaves',
    'client resets',
    'server terminates',
  ],
  ws: [
    'client closes',
    'server closes',
    'client leaves',
    'server leaves',
    'client resets',
    'server terminates',
  ],
  raw: [
    'client closes',
    'server closes',
    'client resets',
    'client half-closes',
    'client breaks the protocol',
    'server leaves',
  ],
}

/** The plan of connection `id`: the same for the same seed. */
export function planOf(seed: number, id: number): Plan {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ id)
  const peer = random.pick(['tidewire', 'tidewire', 'ws', 'raw'] as const)
  const endpoint = random.pick(endpoints)
  const chokes = peer === 'raw' && random.once(20)
  const ending = chokes ? 'client chokes' : random.pick(endings[peer])
  const by = ending.startsWith('server') ? 'server' : 'client'
  const most = random.pick([3, 20, 20, 80])
  const counts = { client: random.below(most), server: random.between(1, most) }
  const settled = ending.endsWith('closes') && !ending.includes('half')
  const member = !chokes && random.once(3)
  return {
    id,
    seed,
    peer,
    endpoint,
    deflate: peer !== 'raw' && random.below(4) > 0,
    takeover: random.once(2),
    counts,
    ending,
    by,
    endsAfter: settled ? counts[by] : random.below(counts[by] + 1),
    code: random.pick([1000, 1001, 3000, 4999]),
    topics: member ? [0, 1, 2].map((step) => (random.below(2) + step * 2) % topicCount) : [],
    pauses: { client: random.once(3), server: random.once(3) },
    iterates: random.once(2),
  }
}

/** Whether both sides wait for each other's last message. */
export function isSettled({ ending }: Plan): boolean {
  return ending === 'client closes' || ending === 'server closes'
}
