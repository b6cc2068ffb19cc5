import type { Case } from '../case.ts'
import {
  chopped,
  close,
  closePayload,
  continuation,
  echo,
  failFast,
  fails,
  more,
  ping,
  ponged,
  replies,
  type Row,
  send,
  table,
  text,
} from './script.ts'
import { kosme, kosmePrefixes, type SequenceGroup, sequenceGroups } from './utf8-sequences.ts'

const clause = 'RFC 6455 §8.1'
const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex')
/** Valid, then a surrogate, then valid again. */
const invalid = bytesOf(`${kosme}eda080656469746564`)
/** The same with U+110000. */
const tooHigh = bytesOf(`${kosme}f4908080656469746564`)
const poem = 'Hello-µ@ßöäüàá-UTF-8!!'

/** The bytes of a message in fragments of `size`. */
function fragments(bytes: Uint8Array, size: number): ReturnType<typeof text>[] {
  const frames = []
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size)
    const fin = at + size >= bytes.length
    frames.push(at === 0 ? text(part, { fin }) : continuation(part, { fin }))
  }
  return frames
}

const empty: readonly Row[] = [
  { title: 'empty text', script: [send(text())], expects: replies(echo('text', '')) },
  {
    title: 'three empty fragments',
    script: [send(text('', more), continuation('', more), continuation())],
    expects: replies(echo('text', '')),
  },
  {
    title: 'three fragments, only the second with text',
    script: [send(text('', more), continuation('middle frame payload', more), continuation())],
    expects: replies(echo('text', 'middle frame payload')),
  },
]

const valid: readonly Row[] = [
  { title: 'text in one frame', script: [send(text(poem))], expects: replies(echo('text', poem)) },
  {
    title: 'text in two fragments, cut between characters',
    script: [send(text('Hello-µ@ßöä', more), continuation('üàá-UTF-8!!'))],
    expects: replies(echo('text', poem)),
  },
  {
    title: 'text in fragments of one byte',
    script: [send(...fragments(Buffer.from(poem), 1))],
    expects: replies(echo('text', poem)),
  },
  {
    title: 'text of Greek letters in fragments of one byte',
    script: [send(...fragments(bytesOf(kosme), 1))],
    expects: replies(echo('text', bytesOf(kosme))),
  },
]

/** RFC 6455 §8.1 does not say when; that it is at once is what one wants of a limit on memory. */
const early: readonly Row[] = [
  {
    title: 'invalid bytes in the second of three fragments',
    script: [
      send(text(tooHigh.subarray(0, 11), more)),
      send(continuation(tooHigh.subarray(11, 15), more)),
      failFast,
      send(continuation(tooHigh.subarray(15))),
    ],
    expects: fails(1007),
  },
  {
    title: 'an invalid byte in the second of three fragments, before the sequence is whole',
    script: [
      send(text(tooHigh.subarray(0, 12), more)),
      send(continuation(tooHigh.subarray(12, 13), more)),
      failFast,
      send(continuation(tooHigh.subarray(13))),
    ],
    expects: fails(1007),
  },
  ...[15, 13].map((cut): Row => ({
    title: `one frame that stops behind ${cut === 15 ? 'an invalid sequence' : 'its first bytes'}`,
    script: [
      send(text(tooHigh.subarray(0, cut), { announced: BigInt(tooHigh.length) })),
      failFast,
      { kind: 'raw', bytes: new Uint8Array(tooHigh.length - cut) },
    ],
    expects: fails(1007),
  })),
]

/** Characters of two to four bytes, fragmented at every byte inside them. */
const cuts: readonly Row[] = ['µ', '€', '😀', 'a€', '€😀µ'].flatMap((word) => {
  const bytes = Buffer.from(word)
  return Array.from({ length: bytes.length - 1 }, (_, at): Row => ({
    title: `${JSON.stringify(word)} in two fragments, cut behind byte ${at + 1}`,
    script: [send(text(bytes.subarray(0, at + 1), more), continuation(bytes.subarray(at + 1)))],
    expects: replies(echo('text', word)),
  }))
})

/** The same with a ping in the cut: the decoder has to wait for what comes behind it. */
const pingedCuts: readonly Row[] = ['µ', '€', '😀'].flatMap((word) => {
  const bytes = Buffer.from(word)
  return Array.from({ length: bytes.length - 1 }, (_, at): Row => ({
    title: `${JSON.stringify(word)} cut behind byte ${at + 1}, with a ping in the cut`,
    script: [
      send(text(bytes.subarray(0, at + 1), more), ping('é'), continuation(bytes.subarray(at + 1))),
    ],
    expects: replies(ponged('é'), echo('text', word)),
  }))
})

/** Invalid sequences that only show when the fragments are put together, and such as do not fit. */
const invalidCuts: readonly Row[] = ['eda080', 'c0af', 'f4908080', 'e080af', 'f08080af'].flatMap(
  (sequence) => {
    const bytes = bytesOf(sequence)
    return Array.from({ length: bytes.length - 1 }, (_, at): Row => ({
      title: `${sequence} in two fragments, cut behind byte ${at + 1}`,
      script: [send(text(bytes.subarray(0, at + 1), more), continuation(bytes.subarray(at + 1)))],
      expects: fails(1007),
    }))
  },
)

/** A character that is begun in one message is not finished in the next. */
const acrossMessages: readonly Row[] = ['c3', 'e282', 'f09f98'].map((start) => ({
  title: `a message that ends in ${start}, then the rest of the character in another`,
  script: [send(text(bytesOf(start)), text(bytesOf('80')))],
  expects: fails(1007),
}))

function rows({ title, valid: isValid, sequences }: SequenceGroup): Row[] {
  return sequences.map((sequence) => {
    const bytes = bytesOf(sequence)
    const shown = sequence.length > 24 ? `${sequence.slice(0, 24)}…` : sequence
    return {
      title: `${title}: ${shown}`,
      script: [send(text(bytes))],
      expects: isValid ? replies(echo('text', bytes)) : fails(1007),
    }
  })
}

const reasons: readonly Row[] = sequenceGroups
  .filter((group) => !group.valid)
  .map(({ title, sequences: [sequence = ''] }) => ({
    title: `close reason: ${title}`,
    script: [send({ ...close(), payload: closePayload(1000, bytesOf(sequence)) })],
    expects: fails([1007, 1002]),
  }))

/** Group 6: text is UTF-8, wherever it is cut, and what is not fails the connection. */
export const utf8: readonly Case[] = [
  ...table('6.1', 'RFC 6455 §5.6', empty),
  ...table('6.2', 'RFC 6455 §5.6', valid),
  ...table('6.3', clause, [
    { title: 'invalid text in one frame', script: [send(text(invalid))], expects: fails(1007) },
    {
      title: 'invalid text in fragments of one byte',
      script: [chopped('frames', ...fragments(invalid, 1))],
      expects: fails(1007),
    },
  ]),
  ...table(
    '6.4',
    clause,
    early.map((row): Row => ({ ...row, severity: 'SHOULD' })),
  ),
  ...table(
    '6.5',
    'RFC 6455 §5.6',
    ['hello$world', 'hello¢world', 'hello€world', 'hello𤭢world', '𤭢'].map((word): Row => ({
      title: `valid: ${word}`,
      script: [send(text(word))],
      expects: replies(echo('text', word)),
    })),
  ),
  ...table(
    '6.6',
    clause,
    kosmePrefixes.map(({ bytes, valid: isValid }): Row => ({
      title: `${isValid ? 'valid' : 'cut'} prefix of κόσμε: ${bytes}`,
      script: [send(text(bytesOf(bytes)))],
      expects: isValid ? replies(echo('text', bytesOf(bytes))) : fails(1007),
    })),
  ),
  ...[...new Set(sequenceGroups.map(({ prefix }) => prefix))].flatMap((prefix) =>
    table(prefix, clause, sequenceGroups.filter((group) => group.prefix === prefix).flatMap(rows)),
  ),
  ...table('6.24', 'RFC 6455 §5.6', cuts),
  ...table('6.25', 'RFC 6455 §5.6', pingedCuts),
  ...table('6.26', clause, invalidCuts),
  ...table('6.27', clause, acrossMessages),
  ...table('6.28', 'RFC 6455 §5.5.1', reasons),
]
