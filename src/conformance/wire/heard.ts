import { isUtf8 } from 'node:buffer'
import { CloseCode, isControl, Opcode, opcodeName } from '../../core/index.ts'
import type { DeflateCodec } from './deflate.ts'
import type { SeenFrame } from './frame-reader.ts'

export interface HeardMessage {
  readonly kind: 'text' | 'binary'
  readonly payload: Uint8Array
}

/** Codes that are for programs to read and never on the wire (RFC 6455 §7.4.1). */
const neverSent: readonly number[] = [
  CloseCode.noStatus,
  CloseCode.abnormal,
  CloseCode.tlsHandshake,
]

/** What the endpoint has said so far, and what was wrong with it whatever the case is about. */
export class Heard {
  readonly messages: HeardMessage[] = []
  readonly pongs: Uint8Array[] = []
  /** Pings to answer. */
  readonly pings: Uint8Array[] = []
  close: { readonly code: number | undefined; readonly reason: string } | undefined
  /** Breaches of a MUST. */
  readonly faults: string[] = []
  /** The masking keys of all frames. */
  readonly keys: number[] = []
  readonly #deflate: DeflateCodec | undefined
  #begun: { readonly opcode: number; readonly compressed: boolean } | undefined
  #fragments: Uint8Array[] = []

  constructor(deflate?: DeflateCodec) {
    this.#deflate = deflate
  }

  take(frame: SeenFrame): void {
    const { opcode, key } = frame
    if (key !== undefined) this.keys.push(key)
    this.faults.push(...frame.faults)
    if (this.close) this.faults.push(`sent ${opcodeName(opcode)} after its close frame (§5.5.1)`)
    const compressed = frame.rsv === 4 && this.#deflate !== undefined
    if (frame.rsv !== 0 && !(compressed && (opcode === Opcode.text || opcode === Opcode.binary))) {
      this.faults.push(`a ${opcodeName(opcode)} with RSV ${frame.rsv} (§5.2)`)
    }
    if (isControl(opcode)) this.#control(frame)
    else this.#data(frame, compressed)
  }

  #control({ opcode, payload }: SeenFrame): void {
    if (opcode === Opcode.ping) this.pings.push(payload)
    if (opcode === Opcode.pong) this.pongs.push(payload)
    if (opcode !== Opcode.close || this.close) return
    const bytes = Buffer.from(payload)
    if (bytes.length === 1) this.faults.push('a close frame of one byte (§5.5.1)')
    const code = bytes.length >= 2 ? bytes.readUInt16BE() : undefined
    if (code !== undefined && neverSent.includes(code)) {
      this.faults.push(`a close frame with ${code}, which is never sent (§7.4.1)`)
    }
    if (code !== undefined && (code < 1000 || code > 4999)) {
      this.faults.push(`a close frame with ${code}, which is no close code (§7.4.2)`)
    }
    if (!isUtf8(bytes.subarray(2))) this.faults.push('a close reason that is not UTF-8 (§5.5.1)')
    this.close = { code, reason: bytes.subarray(2).toString() }
  }

  #data({ opcode, fin, payload }: SeenFrame, compressed: boolean): void {
    if (opcode === Opcode.continuation) {
      if (!this.#begun) return void this.faults.push('continued what was not begun (§5.4)')
    } else {
      if (this.#begun) this.faults.push('began a message inside another (§5.4)')
      this.#begun = { opcode, compressed }
      this.#fragments = []
    }
    this.#fragments.push(payload)
    if (!fin) return
    const begun = this.#begun
    this.#begun = undefined
    const whole = Buffer.concat(this.#fragments)
    const message = begun.compressed ? this.#deflate!.decompress(whole) : whole
    if (typeof message === 'string') {
      return void this.faults.push(`a message that does not inflate: ${message} (RFC 7692 §7.2.2)`)
    }
    const kind = begun.opcode === Opcode.text ? 'text' : 'binary'
    if (kind === 'text' && !isUtf8(message)) this.faults.push('text that is not UTF-8 (§5.6)')
    // A thousand echoes of the same message take the memory of one.
    const last = this.messages.at(-1)
    const again = last?.kind === kind && Buffer.compare(message, last.payload) === 0
    this.messages.push(again ? last : { kind, payload: message })
  }
}
