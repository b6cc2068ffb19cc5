import { Recording, type RecordingOptions } from '../../../dist/inspect/index.js'
import { inflateWhole } from '../../../dist/node/inflate-whole.js'
import { binary, compressed, deflated, facts, frame, key, text } from '../recording/frames.ts'

/** A recording with a bit of everything: text, bytes, fragments, pings, compression, a close. */
export function recorded(options: RecordingOptions = {}): Recording {
  const recording = new Recording(options, inflateWhole)
  const server = recording.open(facts())
  const start = 1_700_000_000_000
  server.read('receive', frame({ opcode: text, payload: 'hellö', key }), start + 1.25)
  server.read('transmit', frame({ opcode: binary, payload: Uint8Array.of(0, 255) }), start + 2)
  server.read('transmit', frame({ opcode: text, payload: 'fra', fin: false }), start + 3)
  server.read('transmit', frame({ opcode: 9, payload: 'p' }), start + 4)
  server.read('transmit', frame({ opcode: 0, payload: 'gments' }), start + 5)
  server.read('receive', frame({ opcode: 10, payload: 'p', key }), start + 6)
  server.read('receive', frame({ opcode: 8, payload: Uint8Array.of(3, 232), key }), start + 7)
  server.read('transmit', frame({ opcode: 8, payload: Uint8Array.of(3, 232) }), start + 8)
  server.closed({
    at: start + 9,
    code: 1000,
    reason: '',
    wasClean: true,
    trigger: 'close-frame',
    by: 'remote',
    diagnosis: 'The peer closed the connection with 1000.',
  })
  const client = recording.open(
    facts({
      ...deflated(),
      role: 'client',
      openedAt: start + 10,
      local: { address: '2001:db8::2', port: 50_001 },
      remote: { address: '2001:db8::1', port: 8080 },
    }),
  )
  const payload = compressed('compressed')
  client.read('transmit', frame({ opcode: text, payload, rsv: 4, key }), start + 11)
  return recording
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const ports = {
  decodeUtf8(bytes: Uint8Array): string | undefined {
    try {
      return decoder.decode(bytes)
    } catch {
      return undefined
    }
  },
}
