import { isUtf8 } from 'node:buffer'
import type { Socket } from 'node:net'
import type { Faults } from './broken-server.ts'

interface Frame {
  readonly fin: boolean
  readonly rsv: number
  readonly opcode: number
  readonly masked: boolean
  readonly payload: Buffer
  readonly longForm: boolean
}

/** The frames of a connection to the broken server: right, as long as no fault says otherwise. */
export class BrokenConnection {
  readonly #socket: Socket
  readonly #faults: Faults
  #bytes: Buffer = Buffer.alloc(0)
  #begun: { opcode: number; parts: Buffer[] } | undefined
  #closed = false

  constructor(socket: Socket, faults: Faults) {
    this.#socket = socket
    this.#faults = faults
  }

  receive(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk])
    for (;;) {
      if (this.#closed && !this.#has('echoes after close')) return
      const fault = this.#headerFault()
      if (fault) return this.#fail(fault)
      const frame = this.#next()
      if (!frame) return
      const code = this.#frame(frame)
      if (code) return this.#fail(code)
    }
  }

  #has(fault: Parameters<Faults['has']>[0]): boolean {
    return this.#faults.has(fault)
  }

  /** What is wrong as soon as two bytes are there: the close code for it. */
  #headerFault(): number {
    const [first = 0x81, second] = this.#bytes
    const [rsv, opcode] = [(first >> 4) & 7, first & 15]
    if (rsv & 4 && !this.#has('accepts RSV1')) return 1002
    if (rsv & 2 && !this.#has('accepts RSV2')) return 1002
    if (rsv & 1 && !this.#has('accepts RSV3')) return 1002
    const reserved = (opcode > 2 && opcode < 8) || opcode > 10
    if (reserved && !this.#has('accepts reserved opcodes')) return 1002
    if (opcode >= 8 && first < 0x80 && !this.#has('accepts fragmented control frames')) return 1002
    if (second === undefined) return 0
    if (second < 0x80 && !this.#has('accepts unmasked frames')) return 1002
    if (opcode >= 8 && (second & 0x7f) > 125 && !this.#has('accepts long control frames')) {
      return 1002
    }
    const top = this.#bytes[2] ?? 0
    return (second & 0x7f) === 127 && top >= 0x80 ? 1002 : 0
  }

  #next(): Frame | undefined {
    const bytes = this.#bytes
    if (bytes.length < 2) return undefined
    const short = bytes[1]! & 0x7f
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0
    const masked = bytes[1]! >= 0x80
    const header = 2 + extended + (masked ? 4 : 0)
    if (bytes.length < header) return undefined
    const length =
      extended === 0
        ? short
        : extended === 2
          ? bytes.readUInt16BE(2)
          : Number(bytes.readBigUInt64BE(2))
    if (bytes.length < header + length) return undefined
    const payload = Buffer.from(bytes.subarray(header, header + length))
    const phase = this.#has('loses the mask phase') && bytes.length > header + length ? 1 : 0
    if (masked)
      for (let at = 0; at < length; at++) payload[at]! ^= bytes[header - 4 + ((at + phase) & 3)]!
    this.#bytes = bytes.subarray(header + length)
    const longForm = extended > 0 && length < (extended === 2 ? 126 : 65_536)
    const first = bytes[0]!
    return {
      fin: first >= 0x80,
      rsv: (first >> 4) & 7,
      opcode: first & 15,
      masked,
      payload,
      longForm,
    }
  }

  /** @returns The close code for what is wrong with it, 0 when nothing is. */
  #frame({ fin, opcode, payload, longForm }: Frame): number {
    if (longForm && !this.#has('accepts long length forms')) return 1002
    if (opcode === 8) return this.#close(payload)
    if (opcode === 9 && !this.#has('sends no pong')) {
      const cut = this.#has('sends empty pongs') ? Buffer.alloc(0) : payload
      this.#send(10, cut, !this.#has('fragments control frames'))
    }
    if (opcode === 10 && this.#has('answers pongs')) this.#send(10, payload)
    return opcode < 3 ? this.#data(fin, opcode, payload) : 0
  }

  #data(fin: boolean, opcode: number, payload: Buffer): number {
    if (opcode === 0 && !this.#begun) {
      if (!this.#has('accepts continuations of nothing')) return 1002
      this.#begun = { opcode: 1, parts: [] }
    } else if (opcode !== 0 && this.#begun) {
      if (!this.#has('accepts messages inside messages')) return 1002
    } else if (opcode !== 0) this.#begun = { opcode, parts: [] }
    const begun = this.#begun!
    begun.parts.push(payload)
    const whole = Buffer.concat(begun.parts)
    const checks = begun.opcode === 1 && !this.#has('skips UTF-8')
    if (checks && this.#has('checks UTF-8 in each frame') && !isUtf8(payload)) return 1007
    if (!fin) return 0
    this.#begun = undefined
    if (checks && !isUtf8(whole)) return 1007
    if (checks && this.#has('refuses non-characters') && whole.includes('\u{1fffe}')) return 1007
    if (whole.length === 0 && this.#has('drops empty messages')) return 0
    const isText = begun.opcode === 1 && !this.#has('echoes text as binary')
    const cut = this.#has('cuts messages at 64 KiB') ? whole.subarray(0, 65_535) : whole
    this.#send(isText ? 1 : 2, cut)
    return 0
  }

  #close(payload: Buffer): number {
    if (this.#closed) return 0
    if (payload.length === 1 && !this.#has('accepts close frames of one byte')) return 1002
    const code = payload.length > 1 ? payload.readUInt16BE() : 1000
    const known = (code >= 1000 && code < 1015 && (code < 1004 || code > 1006)) || code >= 3000
    if ((!known || code > 4999) && !this.#has('accepts bad close codes')) return 1002
    if (!isUtf8(payload.subarray(2)) && !this.#has('skips UTF-8 in close reasons')) return 1007
    this.#closed = true
    if (this.#has('answers no close')) {
      if (!this.#has('keeps the transport')) this.#socket.end()
      return 0
    }
    const answer = payload.subarray(0, 2)
    this.#send(8, this.#has('answers close with 1011') ? Buffer.from([3, 243]) : answer)
    if (this.#has('closes twice')) this.#send(8, answer)
    if (!this.#has('keeps the transport') && !this.#has('echoes after close')) this.#socket.end()
    if (this.#has('echoes after close')) setTimeout(() => this.#socket.end(), 50)
    return 0
  }

  #fail(code: number): void {
    this.#closed = true
    if (this.#has('drops without a close frame')) return void this.#socket.end()
    const sent = this.#has('wrong close code') ? 1000 : this.#has('closes with 1006') ? 1006 : code
    this.#send(8, Buffer.from([sent >> 8, sent & 255]))
    this.#socket.end()
  }

  #send(opcode: number, payload: Buffer, fin = true): void {
    if (!this.#socket.writable) return
    const { length } = payload
    const long = this.#has('sends long length forms')
    const bits = length > 65_535 ? 64 : length > 125 || (long && opcode < 8) ? 16 : 7
    const masks = this.#has('masks its frames')
    const head = Buffer.alloc(bits === 7 ? 2 : bits === 16 ? 4 : 10)
    head[0] = (fin ? 0x80 : 0) | (this.#has('sets RSV3') ? 0x10 : 0) | opcode
    head[1] = (masks ? 0x80 : 0) | (bits === 7 ? length : bits === 16 ? 126 : 127)
    if (bits === 16) head.writeUInt16BE(length, 2)
    if (bits === 64) head.writeBigUInt64BE(BigInt(length), 2)
    this.#socket.write(Buffer.concat([head, Buffer.alloc(masks ? 4 : 0), payload]))
  }
}
