import { concat } from './bytes.ts'
import type { Random } from './random.ts'

/** Lengths and codes at which something changes, in one, two and eight bytes. */
const interesting: readonly (readonly number[])[] = [
  [0],
  [1],
  [0x7d],
  [0x7e],
  [0x7f],
  [0x80],
  [0xc0],
  [0xed],
  [0xf4],
  [0xff],
  [0, 0],
  [0, 125],
  [0, 126],
  [0xff, 0xff],
  [0x03, 0xe7],
  [0x03, 0xe8],
  [0x03, 0xed],
  [0x03, 0xf7],
  [0x0b, 0xb8],
  [0x13, 0x87],
  [0x13, 0x88],
  [0, 0, 0, 0, 0, 0, 0xff, 0xff],
  [0, 0, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 0, 0x10, 0, 1],
  [0, 0x20, 0, 0, 0, 0, 0, 0],
  [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x80, 0, 0, 0, 0, 0, 0, 0],
]

export type Mutation = (
  input: Uint8Array,
  random: Random,
  dictionary: readonly Uint8Array[],
) => Uint8Array

const flipBit: Mutation = (input, random) =>
  changed(input, random, (byte) => byte ^ (1 << random.below(8)))

const setByte: Mutation = (input, random) => changed(input, random, () => random.below(256))

const nudgeByte: Mutation = (input, random) =>
  changed(input, random, (byte) => byte + random.between(-8, 8))

const overwrite: Mutation = (input, random, dictionary) => {
  const bytes = word(random, dictionary)
  const at = random.below(input.length + 1)
  return concat(input.subarray(0, at), bytes, input.subarray(at + bytes.length))
}

const insert: Mutation = (input, random, dictionary) => {
  const at = random.below(input.length + 1)
  return concat(input.subarray(0, at), word(random, dictionary), input.subarray(at))
}

const remove: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  return concat(input.subarray(0, from), input.subarray(to))
}

const repeat: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  const times = random.pick([1, 1, 1, 2, 5, 20])
  const copies = Array.from({ length: times }, () => input.subarray(from, to))
  return concat(input.subarray(0, to), ...copies, input.subarray(to))
}

const move: Mutation = (input, random) => {
  const [from, to] = stretch(input, random)
  const rest = concat(input.subarray(0, from), input.subarray(to))
  const at = random.below(rest.length + 1)
  return concat(rest.subarray(0, at), input.subarray(from, to), rest.subarray(at))
}

const truncate: Mutation = (input, random) => input.slice(0, random.below(input.length + 1))

const mutations: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  nudgeByte,
  overwrite,
  insert,
  insert,
  remove,
  repeat,
  move,
  truncate,
]

/** One change of a kind that knows nothing of what the bytes mean. */
export const mutateBytes: Mutation = (input, random, dictionary) =>
  random.pick(mutations)(input, random, dictionary)

/** The beginning of one input and the end of another. */
export function splice(one: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const to = random.below(one.length + 1)
  return concat(one.subarray(0, to), other.subarray(random.below(other.length + 1)))
}

function changed(input: Uint8Array, random: Random, change: (byte: number) => number): Uint8Array {
  const copy = input.slice()
  if (copy.length === 0) return random.bytes(1)
  const at = random.below(copy.length)
  copy[at] = change(copy[at] ?? 0)
  return copy
}

function word(random: Random, dictionary: readonly Uint8Array[]): Uint8Array {
  const kind = random.below(dictionary.length > 0 ? 4 : 2)
  if (kind === 0) return random.bytes(random.between(1, 4))
  return kind === 1 ? Uint8Array.from(random.pick(interesting)) : random.pick(dictionary)
}

/** From and to of some bytes, mostly few. */
function stretch(input: Uint8Array, random: Random): [from: number, to: number] {
  const from = random.below(input.length + 1)
  const most = random.pick([1, 4, 16, 200])
  return [from, Math.min(input.length, from + random.between(1, most))]
}
