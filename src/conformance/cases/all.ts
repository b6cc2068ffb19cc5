import type { Case } from '../case.ts'
import { closing } from './closing.ts'
import { compressedData, compressionParameters } from './compression.ts'
import { deflateFrames, deflateNegotiation } from './deflate.ts'
import { fragmentation } from './fragmentation.ts'
import { framing } from './framing.ts'
import { autoFragment, limits } from './limits.ts'
import { opcodes } from './opcodes.ts'
import { openingOfClients } from './opening-client.ts'
import { openingOfServers } from './opening-server.ts'
import { pingsPongs } from './pings-pongs.ts'
import { races, timeLimits } from './races.ts'
import { reservedBits } from './reserved-bits.ts'
import { utf8 } from './utf8.ts'
import { firstBytes, interleaving, lengthForms, masks } from './wire-format.ts'

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
  { number: '9', title: 'Limits', cases: limits },
  { number: '10', title: 'Automatic fragments', cases: autoFragment },
  { number: '12', title: 'Compressed data', cases: compressedData },
  { number: '13', title: 'Compression parameters', cases: compressionParameters },
  { number: '14', title: 'Forms of length', cases: lengthForms },
  { number: '15', title: 'Head bytes', cases: firstBytes },
  { number: '16', title: 'Interleaving', cases: interleaving },
  { number: '17', title: 'Closing races', cases: races },
  { number: '18', title: 'Masks', cases: masks },
  { number: '19', title: 'Time limits', cases: timeLimits },
  { number: '20', title: 'Opening, servers', cases: openingOfServers },
  { number: '21', title: 'Opening, clients', cases: openingOfClients },
  { number: '22', title: 'Deflate negotiation', cases: deflateNegotiation },
  { number: '23', title: 'Deflate frames', cases: deflateFrames },
]

/** Every case there is. */
export const allCases: readonly Case[] = groups.flatMap(({ cases }) => cases)
