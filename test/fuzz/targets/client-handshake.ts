import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { ClientHandshake, type ClientHandshakeResult } from '../../../dist/core/index.js'
import { cuts, fromLatin1, hex, latin1 } from '../bytes.ts'
import { type NaiveHead, naiveHead } from '../naive-head.ts'
import type { Target } from '../target.ts'
import { fuzzPorts } from '../tidewire-receiver.ts'
import { headWords } from './server-handshake.ts'

const limits = { head: 1024, headFields: 12, target: 200 }
const options = { host: 'example.com', target: '/', limits }
const offers = [
  {},
  { protocols: ['chat.v1', 'chat.v2'] },
  { extensions: [{ name: 'x', params: [] }] },
] as const

/** The ports are the same every time, and so is the key. */
function handshake(flags: number): ClientHandshake {
  return new ClientHandshake({ ...options, ...offers[flags % 3] }, fuzzPorts())
}

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const accept = createHash('sha1')
  .update(`${handshake(0).key}${guid}`)
  .digest('base64')

const answer = (more: string): string =>
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  `Sec-WebSocket-Accept: ${accept}\r\n${more}\r\n\x81\x02hi`

const words = [
  ...headWords,
  accept,
  'HTTP/1.1 101 \r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n',
  'HTTP/1.1 200 OK\r\n\r\n',
  'Sec-WebSocket-Protocol: chat.v1\r\n',
]

/** A client's opening handshake on any answer, cut anywhere. */
export const clientHandshake: Target = {
  name: 'client-handshake',
  seeds: [
    `\0\x07${answer('')}`,
    `\x01\x07${answer('Sec-WebSocket-Protocol: chat.v1\r\n')}`,
    `\x02\x07${answer('Sec-WebSocket-Extensions: x; a=1\r\n')}`,
    `\0\x07HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n${answer('')}`,
  ].map(fromLatin1),
  dictionary: words.map(fromLatin1),
  maxLength: 2000,

  run(input) {
    const [flags = 0, cut = 0] = input
    const stream = input.slice(2)
    const results = cuts(stream, cut).map((chunks) => receive(handshake(flags), chunks))
    for (const result of results) assert.deepEqual(result, results[0], 'the chunks matter')
    const [result] = results
    if (result?.state === 'open') checkOpen(result, lastHead(latin1(stream)), flags % 3)
    return [result?.state === 'refused' ? result.code : (result?.state ?? 'nothing')]
  },
}

type Received =
  | { readonly state: 'waiting' }
  | { readonly state: 'refused'; readonly code: string; readonly behind: string }
  | {
      readonly state: 'open'
      readonly protocol: string
      readonly extensions: readonly string[]
      readonly behind: string
    }

function receive(client: ClientHandshake, chunks: readonly Uint8Array[]): Received {
  for (const [i, chunk] of chunks.entries()) {
    const result: ClientHandshakeResult = client.receive(chunk)
    if (result.state === 'waiting') continue
    const behind = [result.rest, ...chunks.slice(i + 1)].map(hex).join('')
    if (result.state === 'refused') {
      // Behind a head that cannot be read there is no content to speak of.
      const { code, response, message } = result.error
      assert.match(message, /^[ -~]*$/, 'a message that is not printable ASCII')
      return { state: 'refused', code, behind: response ? behind : '' }
    }
    const { protocol, extensions } = result
    return { state: 'open', protocol, extensions: extensions.map(({ name }) => name), behind }
  }
  return { state: 'waiting' }
}

/** The first head that is not interim (RFC 9110 §15.2). */
function lastHead(bytes: string): NaiveHead | undefined {
  const head = naiveHead(bytes, 'response')
  const interim = head && /^\S+ 1(?!01)/.test(head.start)
  return interim ? lastHead(latin1(Buffer.from(head.behind, 'hex'))) : head
}

/** RFC 6455 §4.1 again, naively. */
function checkOpen(
  { protocol, extensions, behind }: Extract<Received, { state: 'open' }>,
  head: NaiveHead | undefined,
  offer: number,
): void {
  assert.ok(head, 'opened by what is no HTTP')
  assert.match(head.start, /^HTTP\/1\.[1-9] 101( |$)/, 'opened by another status line')
  const all = (name: string): string[] =>
    head.fields.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value)
  assert.deepEqual(all('sec-websocket-accept'), [accept], 'opened by another accept')
  assert.equal(all('upgrade').join(', ').toLowerCase(), 'websocket', 'opened by another upgrade')
  const connection = all('connection').join(',').toLowerCase()
  assert.ok(connection.split(/[ \t]*,[ \t]*/).includes('upgrade'), 'opened without Connection')
  assert.deepEqual(all('sec-websocket-protocol'), protocol === '' ? [] : [protocol])
  assert.ok(protocol === '' ? offer !== 1 : offer === 1, 'opened with another subprotocol')
  assert.ok(extensions.length === 0 || offer === 2, 'opened with another extension')
  assert.equal(behind, head.behind, 'other bytes behind the head')
}
