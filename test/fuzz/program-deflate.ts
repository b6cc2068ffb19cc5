import {
  type DeflateAgreement,
  type Limits,
  PermessageDeflate,
  resolveDeflate,
} from '../../dist/core/index.js'
import { LateCompression } from '../core/permessage-deflate/late-compression.ts'
import { ReferenceInflater } from './reference-inflate.ts'

const bits = [15, 8, 9, 12] as const

type DeflateContext = DeflateAgreement['send']

/** The permessage-deflate of a fuzzed program: its work is finished when the bytes of the input say so. */
export class ProgramDeflate {
  readonly extension: PermessageDeflate
  readonly work = new LateCompression()
  readonly #agreed: DeflateAgreement
  readonly #limit: number

  /** @param flags The first byte of an input. */
  constructor(flags: number, limits: Limits) {
    const windowBits = bits[(flags >> 5) & 3] ?? 15
    this.#agreed = {
      send: { takeover: (flags & 4) !== 0, windowBits },
      receive: { takeover: (flags & 8) !== 0, windowBits },
    }
    this.#limit = limits.message
    this.work.late = (flags & 16) !== 0
    // One and two bytes go as they are.
    const settings = resolveDeflate({ threshold: 3 })!
    this.extension = new PermessageDeflate(this.#agreed, settings, this.work, limits.message)
  }

  /** What the peer's messages are, by the reference. */
  reference(): ReferenceInflater {
    return new ReferenceInflater({ ...this.#agreed.receive, message: this.#limit }, Infinity)
  }

  /** What was agreed on for what is sent. */
  get sends(): DeflateContext {
    return this.#agreed.send
  }
}
