import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { explainHandshake, harExchanges, readTranscript } from '../../../dist/inspect/index.js'
import { request, response } from './heads.ts'

const folder = 'test/inspect/handshake/transcripts'
const transcripts = [
  request() + response(),
  ...readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
]

/** Text in which something was cut out and something else put in its place. */
const damaged = fc
  .record({
    text: fc.constantFrom(...transcripts),
    at: fc.nat(1000),
    length: fc.nat(60),
    put: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '\r\n\r\n', ': ', ' ', ',', ';='),
    ),
  })
  .map(({ text, at, length, put }) => text.slice(0, at) + put + text.slice(at + length))

test('whatever a text is, it is explained in whole sentences and without throwing', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string({ unit: 'binary' })), (text) => {
      for (const exchange of readTranscript(text)) {
        const { findings, sound } = explainHandshake(exchange)
        assert.equal(
          sound,
          findings.every(({ level }) => level === 'unusual'),
        )
        for (const { text: said, remedy } of findings) {
          assert.match(said, /\.$/)
          assert.match(remedy, /\.$/)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('whatever a JSON is, it is a HAR or it is not', () => {
  const entry = fc.record(
    {
      _resourceType: fc.constantFrom('websocket', 'other'),
      request: fc.oneof(fc.jsonValue(), fc.constant({ headers: [{}], url: 'ws://a/' })),
      response: fc.oneof(fc.jsonValue(), fc.constant({ status: 101, headers: [] })),
    },
    { requiredKeys: [] },
  )
  const har = fc.record({ log: fc.record({ entries: fc.array(fc.oneof(entry, fc.jsonValue())) }) })
  fc.assert(
    fc.property(fc.oneof(har, fc.jsonValue()), (json) => {
      for (const exchange of harExchanges(json) ?? []) explainHandshake(exchange)
    }),
  )
})

test('long lines are read in one go', () => {
  // Anything worse than linear does not come to an end here.
  const long = 1_000_000
  for (const text of [
    `GET ${'a'.repeat(long)}`,
    `GET /${' '.repeat(long)}`,
    `GET / HTTP/1.1\r\nX:${' '.repeat(long)}x\r\n\r\n`,
    `GET / HTTP/1.1\r\nSec-WebSocket-Extensions: ${'a; '.repeat(long / 3)}\r\n\r\n`,
    `HTTP/1.1 101 ${' '.repeat(long)}x\r\n\r\n`,
    `HTTP/1.1 400 no\r\n\r\n${'missing '.repeat(long / 8)}`,
  ]) {
    for (const exchange of readTranscript(text)) explainHandshake(exchange)
  }
})
