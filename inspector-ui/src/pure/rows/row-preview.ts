import { previewText, roundTrip } from '../format.ts'
import { asciiText, hexText } from '../hex.ts'
import type { Row } from './row.ts'

const decoder = new TextDecoder()

/** What the list shows of a row in one line. */
export function rowPreview(row: Row): string {
  const { kind, preview, opcode, compressed, rsv, rtt } = row
  if (kind === 'text') return previewText(decoder.decode(preview)) + (row.cut ? ' …' : '')
  if (kind === 'close') return closeWords(preview)
  if (kind === 'ping' || kind === 'pong') {
    const word = rtt === undefined ? kind : `${kind} after ${roundTrip(rtt)}`
    return preview.length === 0 ? word : `${word}   ${hexText(preview, 16)}`
  }
  // A fragment of text that is not compressed can be read as it is.
  const readable = kind === 'fragment' && opcode === 1 && (rsv & 4) === 0 && !compressed
  return readable ? previewText(decoder.decode(preview)) : bytesWords(row)
}

/** `FIN text`, `deflate text …`, `FIN ping`: the header in few words. */
export function frameWords({ fin, rsv, opcode }: Pick<Row, 'fin' | 'rsv' | 'opcode'>): string {
  const bits = [fin ? 'FIN' : '', ...[4, 2, 1].map((bit, at) => (rsv & bit ? `RSV${at + 1}` : ''))]
  const name = names[opcode] ?? `0x${opcode.toString(16)}`
  return [...bits.filter((bit) => bit !== ''), name].join(' ')
}

const names: Readonly<Record<number, string>> = {
  0: 'cont.',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
}

/** RFC 6455 §5.5.1: a code of two bytes and a reason, or nothing. */
function closeWords(payload: Uint8Array): string {
  if (payload.length < 2) return 'close without a code'
  const code = payload[0]! * 0x100 + payload[1]!
  const reason = decoder.decode(payload.subarray(2))
  return `close ${code}${reason === '' ? '' : ` “${reason}”`}`
}

function bytesWords({ preview, cut }: Row): string {
  if (preview.length === 0) return ''
  const shown = hexText(preview, 24)
  return preview.length <= 24 && !cut ? `${shown}   ${asciiText(preview)}` : shown
}
