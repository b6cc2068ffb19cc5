import type { Case } from '../case.ts'
import type { Payload } from '../wire/frame.ts'
import { binary, chopped, echo, replies, type Row, send, table, text } from './script.ts'

/** The lengths at which the form of the length field changes (RFC 6455 §5.2), and one in pieces. */
const sizes = [0, 125, 126, 127, 128, 65_535, 65_536]

function rows(kind: 'text' | 'binary', payloadOf: (length: number) => Payload): Row[] {
  const frame = kind === 'text' ? text : binary
  const whole = sizes.map((length): Row => {
    const payload = payloadOf(length)
    const title = `${kind} message of ${length} bytes`
    return { title, script: [send(frame(payload))], expects: replies(echo(kind, payload)) }
  })
  const payload = payloadOf(65_536)
  return [
    ...whole,
    {
      title: `${kind} message of 65536 bytes in pieces of 997`,
      script: [chopped(997, frame(payload))],
      expects: replies(echo(kind, payload)),
    },
  ]
}

/** Group 1: messages of every form of length, echoed as they were sent. */
export const framing: readonly Case[] = [
  ...table(
    '1.1',
    'RFC 6455 §5.6',
    rows('text', (length) => ({ sample: 'stars', length })),
  ),
  ...table(
    '1.2',
    'RFC 6455 §5.6',
    rows('binary', (length) => ({ sample: 'fe', length })),
  ),
]
