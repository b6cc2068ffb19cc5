import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { explainHandshake, fromHar, harExchanges } from '../../../dist/inspect/index.js'

/**
 * What Chromium 156 (Debian's) saved: its own DevTools, at /devtools/inspector.html of the port of
 * --remote-debugging-port=0, looked at a page whose WebSocket talked with an echo of Tidewire (`deflate: true`)
 * and was closed with 4001; then, in the page of DevTools, `Writer.Writer.write(stream, requests, { sanitize:
 * true }, progress)` of /devtools/models/har/har.js wrote `NetworkLog.NetworkLog.instance().requests()`, as the
 * button "Export HAR (sanitized)" does.
 */
const saved: unknown = JSON.parse(
  readFileSync('test/inspect/import/fixtures/chromium-156.har', 'utf8'),
)

suite('a HAR that Chromium saved', () => {
  test('is read whole: the messages of its WebSocket, and none of its other requests', () => {
    const encodeUtf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
    const { connections, frames, notes } = fromHar(saved, { encodeUtf8 })
    assert.deepEqual(notes, [])
    assert.equal(connections.length, 1)
    const { url, openedAt, received, transmitted } = connections[0]!
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/chat\?room=1$/)
    assert.deepEqual([received.messages, transmitted.messages], [4, 4])
    const said = [
      [1, Buffer.from('hello')],
      [1, Buffer.from('{"wörld":"🌊"}')],
      [2, Buffer.of(0, 1, 254, 255)],
      [1, Buffer.alloc(0)],
    ]
    assert.deepEqual(
      frames.map(({ direction, opcode, payload }) => [direction, opcode, Buffer.from(payload!)]),
      [...said.map((one) => ['transmit', ...one]), ...said.map((one) => ['receive', ...one])],
    )
    for (const { at } of frames) assert.ok(at > openedAt && at < openedAt + 60_000, String(at))
  })

  test('has a handshake with which nothing is wrong', () => {
    const [exchange, ...others] = harExchanges(saved) ?? []
    assert.ok(exchange)
    assert.deepEqual(others, [])
    assert.equal(exchange.response?.status, 101)
    assert.deepEqual(explainHandshake(exchange).findings, [])
  })
})
