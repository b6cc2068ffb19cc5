import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { attach, type ServerOptions } from '../../dist/node/index.js'
import { type Address, rawClient, type Scope, served } from './raw-client.ts'

/** What two parsers of HTTP could understand differently, and what they should not care about. */
const fields = [
  'Content-Length: 0',
  'Content-Length: 5, 5',
  'Content-Length: +5',
  'Content-Length:',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Transfer-Encoding : chunked',
  'Expect: 100-continue',
  'Host: localhost',
  'Host: other.example',
  'Host : localhost',
  ' folded: yes',
  '\tfolded',
  'X-A: \tb\t',
  'X-A',
  'X-A:',
  'X-A: \x00',
  'X-A: \x7f',
  'X-A: \x80\xff',
  'X A: b',
  'X-A: b\rX-B: c',
  'X-A: b\nX-B: c',
  'X\xe9: y',
  '(): x',
  ': x',
  'Connection: close',
  'Connection: keep-alive, upgrade',
  'Upgrade: h2c',
  'upgrade: WEBSOCKET',
  `X-Long: ${'y'.repeat(9000)}`,
]

/** Later minor versions are left out: Node knows none, and RFC 9110 §2.5 has them read as 1.1. */
const requestLines = [
  'GET http://localhost/ HTTP/1.1',
  'GET http://other.example/ HTTP/1.1',
  'GET * HTTP/1.1',
  'GET localhost:80 HTTP/1.1',
  'GET /a#b HTTP/1.1',
  'GET /\xe9 HTTP/1.1',
  'GET /\x01 HTTP/1.1',
  'GET  / HTTP/1.1',
  'GET / HTTP/1.1 ',
  'GET\t/ HTTP/1.1',
  'GET / HTTP/1.0',
  'GET / HTTP/2.0',
  'GET / http/1.1',
  'GET /',
  'get / HTTP/1.1',
  'POST / HTTP/1.1',
  'CONNECT localhost:80 HTTP/1.1',
  `GET /${'a'.repeat(9000)} HTTP/1.1`,
]

/** A change of the lines of a head, each with its end. */
type Change = (lines: string[]) => void

const valid = [
  'GET / HTTP/1.1\r\n',
  'Host: localhost\r\n',
  'Connection: Upgrade\r\n',
  'Upgrade: websocket\r\n',
  'Sec-WebSocket-Version: 13\r\n',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  '\r\n',
]

const line = fc.nat(valid.length - 1)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(...requestLines).map(
    (start): Change =>
      (lines) =>
        (lines[0] = `${start}\r\n`),
  ),
  fc.tuple(line, fc.constantFrom(...fields)).map(([at, field]): Change => (lines) => {
    lines.splice(at + 1, 0, `${field}\r\n`)
  }),
  line.map(
    (at): Change =>
      (lines) =>
        lines.splice(at, 1),
  ),
  fc
    .tuple(line, fc.constantFrom('\n', '\r', '\r\r\n', '\n\r', ' \r\n'))
    .map(([at, end]): Change => (lines) => {
      lines[at] = lines[at]!.replace('\r\n', end)
    }),
  fc.constantFrom('\r\n', '\n', ' ', '\r\n ').map(
    (before): Change =>
      (lines) =>
        lines.unshift(before),
  ),
)

const heads = fc
  .tuple(
    fc.array(change, { maxLength: 2 }),
    fc.constantFrom('', 'x', '0\r\n\r\n', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
  )
  .map(([changes, behind]) => {
    const lines = [...valid]
    for (const apply of changes) apply(lines)
    return lines.join('') + behind
  })

/** Whether a server makes a WebSocket of these bytes, behind which their client ends. */
async function accepts(t: Scope, server: Address, head: string): Promise<boolean> {
  const client = rawClient(t, server)
  client.socket.end(head, 'latin1')
  await client.gone()
  return client.pending.toString('latin1', 0, 12) === 'HTTP/1.1 101'
}

test('a first request is taken for an upgrade where it is one to the HTTP parser of Node, and nowhere else', async (t) => {
  const options: ServerOptions = { origins: '*' }
  const own = await served(t, options)
  const http = createServer((_, response) => response.end())
  const nodes = attach(http, options)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.after(async () => {
    await nodes.close({ timeout: 0 })
    http.close()
    http.closeAllConnections()
  })
  const { port } = http.address() as AddressInfo
  const plain = { port, hostname: '127.0.0.1', url: `http://127.0.0.1:${port}/` }
  let accepted = 0
  const same = fc.asyncProperty(heads, async (head) => {
    const both = [await accepts(t, own, head), await accepts(t, plain, head)]
    assert.equal(both[0], both[1])
    if (both[0]) accepted++
  })
  await fc.assert(same, { seed: 8, numRuns: 400 })
  assert.ok(accepted > 50, `only ${accepted} were accepted`)
})
