import { fromLatin1 } from '../bytes.ts'
import { Program } from '../program.ts'
import type { Target } from '../target.ts'

/** A connection under a program and a peer that do anything, in any order, with time passing. */
export const connection: Target = {
  name: 'connection',
  seeds: [
    '\x01\x00\x02\x81\x05Hello\x05\x03bye\x09\x0a',
    '\x00\x00\x02\x01\x01a\x03\x89\x01p\x04\x80\x01b\x0e\x11\x0b\x05\x00\x0a',
    '\x01\x00\x0d\x06\x02\x81\x01a\x02\x81\x01b\x19\x07\x7f\x08\xff\x08\x00',
  ].map(fromLatin1),
  dictionary: [
    '\x02\x81\x01a',
    '\x02\x01\x01a',
    '\x02\x89\x00',
    '\x05\x00',
    '\x0d\x06',
    '\x08\xff',
  ].map(fromLatin1),
  maxLength: 300,

  run(input) {
    const program = new Program(input)
    program.run()
    return [...program.words]
  },
}
