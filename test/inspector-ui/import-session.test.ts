import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { importSession } from '../../inspector-ui/src/pure/import/import-session.ts'
import { type ConnectionRecord, toHar, toJsonLines } from '../../src/inspect/index.ts'
import { control, frame } from './rows/batches.ts'

const ports = {
  decodeUtf8: (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
}
const counts = { frames: 1, messages: 1, wireBytes: 9, messageBytes: 3 }

const connection: ConnectionRecord = {
  id: 0,
  role: 'client',
  url: 'wss://example.test/chat?room=1',
  openedAt: 1000,
  request: { line: 'GET /chat?room=1 HTTP/1.1', fields: [['Host', 'example.test']] },
  response: { line: 'HTTP/1.1 101 Switching Protocols', fields: [['Upgrade', 'websocket']] },
  received: counts,
  transmitted: counts,
  rtt: 2.5,
  flow: { bufferedAmount: 0, full: false, paused: false },
  closed: {
    at: 1009,
    code: 4001,
    reason: 'done',
    wasClean: true,
    trigger: 'close-frame',
    by: 'remote',
    diagnosis: 'The peer closed the connection.',
  },
  unreadable: undefined,
}

const bytes = Uint8Array.of(0, 1, 250)
const text = frame(0, 'Fähre', { direction: 'transmit', maskKey: 7 })
const binary = frame(1, '', { opcode: 2, payload: bytes, length: 3 })
const frames = [
  text,
  {
    ...binary,
    message: { ...binary.message!, opcode: 2, payload: bytes, length: 3, wireLength: 3 },
  },
  control(2, 10, { rtt: 2.5 }),
]

test('JSON lines come back as what they were written from', () => {
  const lines = [...toJsonLines({ connections: [connection], frames }, ports)].join('\n')
  const imported = importSession(`${lines}\n`)
  assert.ok(imported)
  assert.deepEqual(imported.frames.map(plain), frames.map(plain))
  const [opened] = imported.connections
  assert.deepEqual(opened?.closed, connection.closed)
  assert.deepEqual(opened?.request, connection.request)
  assert.equal(opened?.rtt, 2.5)
})

test('a HAR comes back with its messages and both heads', () => {
  const har = toHar({ connections: [connection], frames }, { name: 'test', version: '1' }, ports)
  const imported = importSession(JSON.stringify(har))
  assert.ok(imported)
  const [opened] = imported.connections
  assert.equal(opened?.url, connection.url)
  assert.deepEqual(opened?.request, connection.request)
  assert.deepEqual(opened?.response, connection.response)
  assert.equal(opened?.openedAt, 1000)
  assert.deepEqual(
    imported.frames.map(({ number, direction, at, message }) => ({
      number,
      direction,
      at,
      opcode: message?.opcode,
      payload: [...(message?.payload ?? [])],
    })),
    [
      { number: 0, direction: 'transmit', at: 1000, opcode: 1, payload: [...text.payload!] },
      { number: 1, direction: 'receive', at: 1001, opcode: 2, payload: [...bytes] },
    ],
  )
})

for (const other of [
  '',
  'text',
  '{}',
  '[]',
  '{"log":{"entries":[{}]}}',
  '{"type":"frame"}',
  'null',
]) {
  test(`${JSON.stringify(other)} is no saved session`, () => {
    assert.equal(importSession(other), undefined)
  })
}

test('no file makes it throw', () => {
  const entry = fc.record({ _webSocketMessages: fc.array(fc.anything()), request: fc.anything() })
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.array(entry)), (file) => {
      const har = typeof file === 'string' ? file : safeJson({ log: { entries: file } })
      importSession(har)
    }),
  )
})

/** Comparable: a payload that is shared with its message is written once. */
function plain(one: (typeof frames)[number]): object {
  const { payload, message, ...rest } = one
  return JSON.parse(
    JSON.stringify({
      ...rest,
      payload: [...(payload ?? [])],
      message: message && { ...message, payload: [...(message.payload ?? [])] },
    }),
  ) as object
}

function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))
}
