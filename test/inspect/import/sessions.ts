import {
  array,
  boolean,
  constantFrom,
  integer,
  option,
  record,
  string,
  uint8Array,
  type Arbitrary,
} from 'fast-check'
import { Recording } from '../../../dist/inspect/index.js'
import { inflateWhole } from '../../../dist/node/inflate-whole.js'
import { compressed, deflated, facts, frame, key } from '../recording/frames.ts'

/** One thing that happens on a connection. */
interface Step {
  readonly toServer: boolean
  readonly kind: 'text' | 'binary' | 'fragments' | 'compressed' | 'ping' | 'pong'
  readonly text: string
  readonly bytes: Uint8Array
  /** Microseconds since the one before. */
  readonly after: number
}

interface Written {
  readonly role: 'server' | 'client'
  readonly steps: readonly Step[]
  readonly close: boolean
}

const step: Arbitrary<Step> = record({
  toServer: boolean(),
  kind: constantFrom('text', 'binary', 'fragments', 'compressed', 'ping', 'pong'),
  text: string({ unit: 'grapheme', maxLength: 40 }),
  bytes: uint8Array({ maxLength: 100 }),
  after: integer({ min: 0, max: 5_000_000 }),
})

/** Recordings with a bit of everything, of several connections, some of them cut or redacted. */
export const recordings: Arbitrary<Recording> = record({
  connections: array(
    record({ role: constantFrom('server', 'client'), steps: array(step), close: boolean() }),
    { minLength: 1, maxLength: 3 },
  ),
  cut: option(integer({ min: 0, max: 20 }), { nil: undefined }),
  redacted: boolean(),
}).map(({ connections, cut, redacted }) => {
  const redact = redacted ? { fields: ['password'] } : undefined
  const recording = new Recording({ payload: cut, redact }, inflateWhole)
  let at = 1_700_000_000_000_000
  for (const written of connections as Written[]) at = write(recording, written, at)
  return recording
})

/** @param begin Microseconds since 1970. @returns When it ended. */
function write(recording: Recording, { role, steps, close }: Written, begin: number): number {
  let now = Math.ceil(begin / 1000) * 1000
  const connection = recording.open(facts({ ...deflated(), role, openedAt: now / 1000 }))
  for (const { toServer, kind, text, bytes, after } of steps) {
    now += after
    const direction = toServer === (role === 'server') ? 'receive' : 'transmit'
    const mask = toServer ? { key } : {}
    const payload = kind === 'text' || kind === 'fragments' ? `{"password":"${text}"}` : bytes
    const read = (written: Parameters<typeof frame>[0]): void =>
      connection.read(direction, frame({ ...written, ...mask }), now / 1000)
    if (kind === 'text') read({ opcode: 1, payload })
    else if (kind === 'binary') read({ opcode: 2, payload })
    else if (kind === 'compressed') read({ opcode: 1, payload: compressed(text), rsv: 4 })
    else if (kind === 'ping') read({ opcode: 9, payload })
    else if (kind === 'pong') read({ opcode: 10, payload })
    else {
      read({ opcode: 1, payload: payload.slice(0, 3), fin: false })
      read({ opcode: 0, payload: payload.slice(3) })
    }
  }
  if (close) {
    connection.closed({
      at: now / 1000,
      code: 1000,
      reason: 'done',
      wasClean: true,
      trigger: 'close-frame',
      by: 'remote',
      diagnosis: 'The peer closed the connection with 1000.',
    })
  }
  return now
}
