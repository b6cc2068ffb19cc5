/** A group of the Autobahn testsuite from 6.5 on: byte sequences, and whether they are UTF-8. */
export interface SequenceGroup {
  readonly prefix: string
  readonly title: string
  readonly valid: boolean
  /** In hex. */
  readonly sequences: readonly string[]
}

const hex = (value: number): string => Buffer.from(String.fromCodePoint(value)).toString('hex')

/** "κόσμε", the first word of Markus Kuhn's "UTF-8 decoder capability and stress test". */
export const kosme = 'cebae1bdb9cf83cebcceb5'

/** Every prefix of `kosme`, of which those that cut a character are not UTF-8. */
const prefixes = Array.from({ length: 11 }, (_, at) => kosme.slice(0, 2 * at + 2))
/** U+xFFFE and U+xFFFF of every plane are non-characters, which UTF-8 has nothing against. */
const nonCharacters = Array.from({ length: 17 }, (_, plane) => plane * 0x10000 + 0xfffe)
  .flatMap((value) => [value, value + 1])
  .map(hex)

const continuations = ['80', 'bf', '80bf', '80bf80', '80bf80bf', '80bf80bf80', '80bf80bf80bf']
const allContinuations = Array.from({ length: 64 }, (_, at) => (at + 0x80).toString(16)).join('')
const range = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, at) => `${(from + at).toString(16)}20`).join('')
/** The beginnings of sequences of 2 to 6 bytes, without their last byte. */
const truncated = ['c0', 'e080', 'f08080', 'f8808080', 'fc80808080']
const truncatedLast = ['df', 'efbf', 'f7bfbf', 'fbbfbfbf', 'fdbfbfbfbf']

export const sequenceGroups: readonly SequenceGroup[] = [
  {
    prefix: '6.7',
    title: 'first sequence of its length',
    valid: true,
    sequences: ['00', 'c280', 'e0a080', 'f0908080'],
  },
  {
    prefix: '6.8',
    title: 'first sequence of 5 and 6 bytes, which RFC 3629 has done away with',
    valid: false,
    sequences: ['f888808080', 'fc8480808080'],
  },
  {
    prefix: '6.9',
    title: 'last sequence of its length',
    valid: true,
    sequences: ['7f', 'dfbf', 'efbfbf', 'f48fbfbf'],
  },
  {
    prefix: '6.10',
    title: 'last sequence of 4 to 6 bytes, above U+10FFFF',
    valid: false,
    sequences: ['f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf'],
  },
  {
    prefix: '6.11',
    title: 'boundary',
    valid: true,
    sequences: ['ed9fbf', 'ee8080', 'efbfbd', 'f48fbfbf'],
  },
  { prefix: '6.11', title: 'U+110000', valid: false, sequences: ['f4908080'] },
  {
    prefix: '6.12',
    title: 'continuation bytes without a start',
    valid: false,
    sequences: [...continuations, allContinuations],
  },
  {
    prefix: '6.13',
    title: 'start bytes, each before a space',
    valid: false,
    sequences: [
      range(0xc0, 0xdf),
      range(0xe0, 0xef),
      range(0xf0, 0xf7),
      range(0xf8, 0xfb),
      range(0xfc, 0xfd),
    ],
  },
  {
    prefix: '6.14',
    title: 'sequence without its last byte',
    valid: false,
    sequences: [...truncated, ...truncatedLast],
  },
  {
    prefix: '6.15',
    title: 'all those in one message',
    valid: false,
    sequences: [[...truncated, ...truncatedLast].join('')],
  },
  {
    prefix: '6.16',
    title: 'bytes that UTF-8 never has',
    valid: false,
    sequences: ['fe', 'ff', 'fefeffff'],
  },
  {
    prefix: '6.17',
    title: 'overlong slash',
    valid: false,
    sequences: ['c0af', 'e080af', 'f08080af', 'f8808080af', 'fc80808080af'],
  },
  {
    prefix: '6.18',
    title: 'last overlong sequence of its length',
    valid: false,
    sequences: ['c1bf', 'e09fbf', 'f08fbfbf', 'f887bfbfbf', 'fc83bfbfbfbf'],
  },
  {
    prefix: '6.19',
    title: 'overlong NUL',
    valid: false,
    sequences: ['c080', 'e08080', 'f0808080', 'f880808080', 'fc8080808080'],
  },
  {
    prefix: '6.20',
    title: 'single surrogate',
    valid: false,
    sequences: ['eda080', 'edadbf', 'edae80', 'edafbf', 'edb080', 'edbe80', 'edbfbf'],
  },
  {
    prefix: '6.21',
    title: 'pair of surrogates',
    valid: false,
    sequences: ['eda080', 'edadbf', 'edae80', 'edafbf'].flatMap((high) =>
      ['edb080', 'edbfbf'].map((low) => high + low),
    ),
  },
  { prefix: '6.22', title: 'non-character', valid: true, sequences: nonCharacters },
  {
    prefix: '6.23',
    title: 'special',
    valid: true,
    sequences: [0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xfffd, 0xfeff, 0xfdd0].map(hex),
  },
]

export const kosmePrefixes: readonly { readonly bytes: string; readonly valid: boolean }[] =
  prefixes.map((bytes) => ({ bytes, valid: [2, 5, 7, 9, 11].includes(bytes.length / 2) }))
