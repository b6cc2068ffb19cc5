import { opcodeName } from '../../core/index.ts'
import type { Exchanged } from '../verdict.ts'
import { keptBytes, type SeenFrame } from './frame-reader.ts'

/** Beyond so many entries only the last are interesting. */
const keptEntries = 400

/** What went over one connection, frame by frame. */
export class Transcript {
  readonly #startedAt = performance.now()
  readonly #entries: {
    at: number
    from: Exchanged['from']
    note: string
    bytes: Uint8Array
    length: number
  }[] = []

  add(
    from: Exchanged['from'],
    note: string,
    bytes: Uint8Array,
    length: number = bytes.length,
  ): void {
    const at = Math.round(performance.now() - this.#startedAt)
    this.#entries.push({ at, from, note, bytes: bytes.subarray(0, keptBytes), length })
    if (this.#entries.length > keptEntries) this.#entries.splice(keptEntries / 2, 1)
  }

  get entries(): Exchanged[] {
    return this.#entries.map(({ bytes, ...rest }) => ({
      ...rest,
      hex: Buffer.from(bytes).toString('hex'),
    }))
  }
}

/** A frame in words: `text, FIN, RSV1, masked, 5 bytes: "hello"`. */
export function describeFrame(frame: Omit<SeenFrame, 'raw' | 'faults'>): string {
  const { opcode, fin, rsv, key, payload } = frame
  const parts = [opcodeName(opcode)]
  if (!fin) parts.push('no FIN')
  for (const [bit, name] of [
    [4, 'RSV1'],
    [2, 'RSV2'],
    [1, 'RSV3'],
  ] as const) {
    if (rsv & bit) parts.push(name)
  }
  if (key !== undefined) parts.push('masked')
  parts.push(payload.length === 1 ? '1 byte' : `${payload.length} bytes`)
  const bytes = Buffer.from(payload)
  if (opcode === 8 && bytes.length >= 2) {
    return `${parts.join(', ')}: ${bytes.readUInt16BE()} ${JSON.stringify(bytes.toString('utf8', 2))}`
  }
  return payload.length === 0 ? parts.join(', ') : `${parts.join(', ')}: ${quoted(payload)}`
}

/** The beginning of a payload, for people. */
export function quoted(payload: Uint8Array): string {
  const shown = Buffer.from(payload.subarray(0, 40))
    .toString('latin1')
    .replace(/[^ -~]/g, '.')
  return `${JSON.stringify(shown)}${payload.length > 40 ? ' …' : ''}`
}
