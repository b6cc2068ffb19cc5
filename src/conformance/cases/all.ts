import type { Case } from '../case.ts'
import { closing } from './closing.ts'
import { fragmentation } from './fragmentation.ts'
import { framing } from './framing.ts'
import { opcodes } from './opcodes.ts'
import { pingsPongs } from './pings-pongs.ts'
import { reservedBits } from './reserved-bits.ts'
import { utf8 } from './utf8.ts'

/** A group of cases: the number is what comes before the first dot of their ids. */
export interface Group {
  readonly number: string
  readonly title: string
  readonly cases: readonly Case[]
}

/** Groups 1 to 7, 9, 10, 12 and 13 are those of the Autobahn testsuite; the others are our own. */
export const groups: readonly Group[] = [
  { number: '1', title: 'Framing', cases: framing },
  { number: '2', title: 'Pings and pongs', cases: pingsPongs },
  { number: '3', title: 'Reserved bits', cases: reservedBits },
  { number: '4', title: 'Opcodes', cases: opcodes },
  { number: '5', title: 'Fragmentation', cases: fragmentation },
  { number: '6', title: 'UTF-8', cases: utf8 },
  { number: '7', title: 'Closing', cases: closing },
]

/** Every case there is. */
export const allCases: readonly Case[] = groups.flatMap(({ cases }) => cases)
