import type { Framing } from '../framing.ts'
import { HixieParser } from './hixie-parser.ts'
import { HixieSender } from './hixie-sender.ts'

/** The framings of the two drafts by Ian Hickson that browsers shipped, by their version. */
export const hixieFraming: Readonly<Record<'hixie-75' | 'hixie-76', Framing>> = {
  'hixie-75': hixie('hixie-75', false),
  'hixie-76': hixie('hixie-76', true),
}

function hixie(name: string, closeFrame: boolean): Framing {
  return {
    name,
    pings: false,
    closeFrame,
    reader: (sink, _masked, limits) => new HixieParser(sink, closeFrame, limits),
    sender: (slab, ports) => new HixieSender(slab, ports, closeFrame),
  }
}
