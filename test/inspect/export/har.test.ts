import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  explainHandshake,
  type Har,
  harExchanges,
  Recording,
  toHar,
  toHarPieces,
} from '../../../dist/inspect/index.js'
import { facts, frame, key, text } from '../recording/frames.ts'
import { recordings } from '../import/sessions.ts'
import { ports, recorded } from './recorded.ts'

const creator = { name: 'Tidewire', version: '0.1.0' }

suite('a HAR', () => {
  test('is the same in pieces, of which none is more than a message', () => {
    fc.assert(
      fc.property(recordings, (recording) => {
        const whole = JSON.stringify(toHar(recording, creator, ports))
        const { connections, frames } = recording
        for (const source of [recording, { connections, frames }]) {
          const pieces = [...toHarPieces(source, creator, ports)]
          assert.equal(pieces.join(''), whole)
          const messages = pieces.filter((piece) => /^,?\{"type":/.test(piece))
          const { entries } = toHar(recording, creator, ports).log
          const expected = entries.flatMap(({ _webSocketMessages: list }) => list).length
          assert.equal(messages.length, expected)
        }
      }),
    )
  })

  test('in pieces leaves out what made room meanwhile, and lets others in while it looks', () => {
    const recording = new Recording({ frames: 100 })
    const recorder = recording.open(facts())
    const say = (number: number): void =>
      recorder.read('receive', frame({ opcode: text, payload: `${number}`, key }), number)
    for (let number = 0; number < 100; number++) say(number)
    const pieces = toHarPieces(recording, creator, ports)
    assert.equal(pieces.next().value, '')
    assert.equal(pieces.next().value, '')
    assert.equal(pieces.next().value, '')
    const begun = pieces.next().value
    for (let number = 100; number < 130; number++) say(number)
    const { log } = JSON.parse([begun, ...pieces].join('')) as Har
    const { _webSocketMessages: messages = [] } = log.entries[0] ?? {}
    const data = messages.map((message) => Number(message.data))
    assert.deepEqual(
      data,
      Array.from({ length: 70 }, (_, at) => at + 30),
    )
  })

  test('has the messages as Chrome writes them: whole, inflated, as the client sees them', () => {
    const { entries } = toHar(recorded(), creator, ports).log
    assert.deepEqual(
      entries.map(({ _webSocketMessages: messages }) => messages),
      [
        [
          { type: 'send', time: 1_700_000_000.00125, opcode: 1, data: 'hellö' },
          { type: 'receive', time: 1_700_000_000.002, opcode: 2, data: 'AP8=' },
          { type: 'receive', time: 1_700_000_000.005, opcode: 1, data: 'fragments' },
        ],
        [{ type: 'send', time: 1_700_000_000.011, opcode: 1, data: 'compressed' }],
      ],
    )
  })

  test('keeps the rules of the importer of DevTools', () => {
    const har: unknown = JSON.parse(JSON.stringify(toHar(recorded(), creator, ports)))
    importRules(har)
  })

  test('has the handshake, so that it can be explained again', () => {
    const [exchange] = harExchanges(toHar(recorded(), creator, ports)) ?? []
    assert.ok(exchange)
    assert.equal(exchange.request?.line, 'GET /chat?a=1&token=secret HTTP/1.1')
    assert.equal(exchange.response?.status, 101)
    const { findings } = explainHandshake(exchange)
    assert.ok(!findings.some(({ code }) => code === 'accept-wrong'))
  })

  test('has the query apart, and the address of the server', () => {
    const [entry] = toHar(recorded(), creator, ports).log.entries
    assert.deepEqual(entry?.request.queryString, [
      { name: 'a', value: '1' },
      { name: 'token', value: 'secret' },
    ])
    assert.equal(entry?.serverIPAddress, '192.0.2.1')
    assert.equal(entry?.startedDateTime, '2023-11-14T22:13:20.000Z')
    assert.equal(entry?.time, 9)
  })

  test('says what is not whole, and leaves half a character out', () => {
    const recording = new Recording({ payload: 5 })
    recording.open(facts()).read('receive', frame({ opcode: text, payload: 'hellö', key }), 1)
    const [entry] = toHar(recording, creator, ports).log.entries
    assert.ok(entry)
    const { _webSocketMessages: messages, comment } = entry
    assert.equal(messages[0]?.data, 'hell')
    assert.equal(comment, '1 of 1 messages were cut, redacted or not inflated')
    assert.equal(toHar(recorded(), creator, ports).log.entries[0]?.comment, undefined)
  })
})

type Json = Readonly<Record<string, unknown>>

/**
 * What front_end/models/har (HARFormat, Importer) of Chromium's DevTools asks of a file: it throws where
 * something that is required is missing or of another type, and leaves out messages that are not whole.
 */
function importRules(har: unknown): void {
  const { log } = har as { log: Json }
  strings(log, 'version')
  strings(log['creator'], 'name', 'version')
  assert.ok(Array.isArray(log['pages']))
  for (const entry of log['entries'] as Json[]) {
    const { request, response, timings } = entry as Readonly<Record<string, Json>>
    assert.ok(!Number.isNaN(Date.parse(entry['startedDateTime'] as string)))
    numbers(entry, 'time')
    assert.ok(entry['cache'])
    strings(request, 'method', 'url', 'httpVersion')
    numbers(request, 'headersSize', 'bodySize')
    pairs(request, 'headers', 'queryString', 'cookies')
    numbers(response, 'status', 'headersSize', 'bodySize')
    strings(response, 'statusText', 'httpVersion', 'redirectURL')
    pairs(response, 'headers', 'cookies')
    numbers(response!['content'], 'size')
    strings(response!['content'], 'mimeType')
    numbers(timings, 'send', 'wait', 'receive')
    strings(entry, '_resourceType', '_priority', 'connection', 'serverIPAddress')
    for (const message of entry['_webSocketMessages'] as Json[]) {
      assert.deepEqual(Object.keys(message), ['type', 'time', 'opcode', 'data'])
      assert.ok(message['type'] === 'send' || message['type'] === 'receive')
      numbers(message, 'time', 'opcode')
      strings(message, 'data')
    }
  }
}

function strings(value: unknown, ...names: string[]): void {
  for (const name of names) assert.equal(typeof (value as Json)[name], 'string', name)
}

function numbers(value: unknown, ...names: string[]): void {
  for (const name of names) assert.equal(typeof (value as Json)[name], 'number', name)
}

function pairs(value: unknown, ...names: string[]): void {
  for (const name of names) {
    for (const pair of (value as Readonly<Record<string, Json[]>>)[name]!)
      strings(pair, 'name', 'value')
  }
}
