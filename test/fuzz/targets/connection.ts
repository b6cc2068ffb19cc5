import { fromLatin1 } from '../bytes.ts'
import { Program } from '../program.ts'
import type { Target } from '../target.ts'

const maxLength = 300

/** Steps that chance alone would take long to find: see `Program`. */
const steps = ['\x02\x81\x01a', '\x02\x01\x01a', '\x02\x89\x00', '\x05\x00', '\x0d\x06', '\x08\xff']

/** A connection under a program and a peer that do anything, in any order, with time passing. */
export const connection: Target = {
  name: 'connection',
  seeds: [
    '\x01\x00\x02\x81\x05Hello\x05\x03bye\x09\x0a',
    '\x00\x00\x02\x01\x01a\x03\x89\x01p\x04\x80\x01b\x0e\x11\x0b\x05\x00\x0a',
    '\x01\x00\x0d\x06\x02\x81\x01a\x02\x81\x01b\x19\x07\x7f\x08\xff\x08\x00',
  ].map(fromLatin1),
  dictionary: steps.map(fromLatin1),
  maxLength,

  run(input) {
    const program = new Program(input, false)
    program.run()
    return [...program.words]
  },
}

/** The same with permessage-deflate, whose work is finished at any time or at once. */
export const connectionDeflate: Target = {
  name: 'connection-deflate',
  seeds: [
    '\x11\x00\x0f\x05Hello\x0f\x05Hello\x02\x81\x01a\x0e\x00\x0e\x00\x05\x00\x0a',
    '\x1c\x00\x14\x14\x15\x03\x00\x02\x89\x00\x0e\x02\x0e\x02\x0b\x13\x0a',
    '\x03\x00\x0d\x06\x0f\x03aaa\x8f\x03bbb\x14\x0e\xff\x14\x0f\x03aaa\x09\x0e\x00',
    '\x05\x00\x28\x29\x28',
    '\x15\x00\x28\xa0\x03abc\x0e\x00\x28\x46\x0e\x00\x0e\x00\xa0\x03abc\x5a',
  ].map(fromLatin1),
  dictionary: [
    ...steps,
    '\x0f\x05Hello',
    '\x0e\x00',
    '\x0e\xff',
    '\x28',
    '\x29',
    '\x46\x5a',
    '\xa0\x03abc',
    '\x0d\x0a',
  ].map(fromLatin1),
  maxLength,

  run(input) {
    const program = new Program(input, true)
    program.run()
    return [...program.words]
  },
}
