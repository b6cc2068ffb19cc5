import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodePacket, type Packet as EnginePacket } from 'engine.io-parser'
import { Encoder, PacketType } from 'socket.io-parser'
import { decoded, message } from './samples.ts'

const path = '/socket.io/?EIO=4&transport=websocket'

/** What the library puts on the wire for a packet of Socket.IO. */
function encoded(packet: Parameters<Encoder['encode']>[0]): Array<string | Uint8Array> {
  return new Encoder().encode(packet).map((data) => {
    let written: string | Uint8Array = ''
    const engine: EnginePacket = { type: 'message', data }
    encodePacket(engine, true, (result) => (written = result as string | Uint8Array))
    return written
  })
}

const packets: ReadonlyArray<readonly [Parameters<Encoder['encode']>[0], string, object]> = [
  [
    { type: PacketType.CONNECT, nsp: '/', data: { token: 'x' } },
    'CONNECT',
    { type: 'CONNECT', namespace: '/', data: { token: 'x' } },
  ],
  [
    { type: PacketType.EVENT, nsp: '/', data: ['chat', { text: 'hi' }] },
    'EVENT "chat"',
    { type: 'EVENT', namespace: '/', data: ['chat', { text: 'hi' }] },
  ],
  [
    { type: PacketType.EVENT, nsp: '/admin', id: 12, data: ['a'] },
    'EVENT "a" in /admin, ack 12',
    { type: 'EVENT', namespace: '/admin', id: 12, data: ['a'] },
  ],
  [
    { type: PacketType.ACK, nsp: '/', id: 3, data: [1] },
    'ACK, ack 3',
    { type: 'ACK', namespace: '/', id: 3, data: [1] },
  ],
  [
    { type: PacketType.DISCONNECT, nsp: '/admin' },
    'DISCONNECT in /admin',
    { type: 'DISCONNECT', namespace: '/admin' },
  ],
  [
    { type: PacketType.CONNECT_ERROR, nsp: '/', data: { message: 'no' } },
    'CONNECT_ERROR',
    { type: 'CONNECT_ERROR', namespace: '/', data: { message: 'no' } },
  ],
]

for (const [packet, summary, value] of packets) {
  test(`reads what socket.io-parser writes: ${summary}`, () => {
    const [text = ''] = encoded(packet)
    const found = decoded(message(text, { path }))
    assert.equal(found?.name, 'Socket.IO')
    assert.equal(found.summary, summary)
    assert.deepEqual(found.value, value)
  })
}

test('an event with bytes says how many attachments follow, and each of them is one', () => {
  const [head = '', bytes] = encoded({
    type: PacketType.EVENT,
    nsp: '/',
    data: ['file', Buffer.from([1, 2, 3])],
  })
  assert.deepEqual(decoded(message(head, { path }))?.value, {
    type: 'BINARY_EVENT',
    namespace: '/',
    attachments: 1,
    data: ['file', { _placeholder: true, num: 0 }],
  })
  assert.equal(decoded(message(bytes ?? '', { path }))?.summary, 'attachment, 3 bytes')
})

const engine: ReadonlyArray<readonly [string, object]> = [
  ['0{"sid":"x"}', { engine: 'open', data: { sid: 'x' } }],
  ['2', { engine: 'ping' }],
  ['2probe', { engine: 'ping', data: 'probe' }],
  ['3', { engine: 'pong' }],
  ['5', { engine: 'upgrade' }],
]

for (const [text, value] of engine) {
  test(`reads ${text} of Engine.IO`, () => {
    assert.deepEqual(decoded(message(text, { path }))?.value, value)
  })
}

test('the same text on another path is no Socket.IO', () => {
  assert.equal(decoded(message('2'))?.name, undefined)
  assert.equal(decoded(message('42["a"', { path })), undefined)
  assert.equal(decoded(message('9', { path })), undefined)
})
