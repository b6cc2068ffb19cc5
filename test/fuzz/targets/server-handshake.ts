import assert from 'node:assert/strict'
import {
  ClientHandshake,
  defaultLimits,
  formatAcceptance,
  formatRefusal,
  readUpgradeRequest,
  type RequestHead,
  type ServerHandshakePolicy,
  type UpgradeVerdict,
} from '../../../dist/core/index.js'
import { HeadParser, type HeadResult } from '../../../dist/core/handshake/head-parser.js'
import { cuts, fromLatin1, hex, latin1 } from '../bytes.ts'
import { type NaiveHead, naiveHead } from '../naive-head.ts'
import type { Target } from '../target.ts'
import { fuzzPorts } from '../tidewire-receiver.ts'

const limits = { head: 1024, headFields: 12, target: 200 }
const ports = fuzzPorts()

const policies: readonly ServerHandshakePolicy[] = [
  {},
  { origins: '*', protocols: ['chat.v2', 'chat.v1'] },
  { origins: ['https://app.example', 'null'] },
  {
    origins: '*',
    extensions: [{ name: 'x', accept: (params) => (params.length < 2 ? params : undefined) }],
  },
]

const wholeRequest = [
  'GET /chat?a=b HTTP/1.1',
  'Host: example.com:8080',
  'Upgrade: websocket',
  'Connection: keep-alive, Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '',
  '\x81\x80rest',
].join('\r\n')

const more = 'Origin: http://example.com:8080\r\nSec-WebSocket-Protocol: chat.v1, chat.v2\r\n'
const extension = 'Sec-WebSocket-Extensions: x; a="b", y\r\n'

export const headWords: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  ': ',
  ',',
  ';',
  '\t',
  '\0',
  '\xff',
  'Host: example.com\r\n',
  'Upgrade: websocket\r\n',
  'Connection: upgrade\r\n',
  'Content-Length: 0\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Origin: https://app.example\r\n',
  'Origin: null\r\n',
  'Sec-Fetch-Site: cross-site\r\n',
  'Sec-WebSocket-Version: 13\r\n',
  'Sec-WebSocket-Protocol: a\r\n',
  extension,
  '__proto__: 1\r\n',
  'HTTP/1.0',
  'HTTP/1.9',
  'http://example.com/',
  'POST',
  'x'.repeat(200),
]

/** A server's opening handshake on any bytes, cut anywhere, and what it answers. */
export const serverHandshake: Target = {
  name: 'server-handshake',
  seeds: ['\0\x07', '\x01\x07', '\x02\x07', '\x03\x07'].map((flags) =>
    fromLatin1(flags + wholeRequest.replace('Upgrade:', `${more}${extension}Upgrade:`)),
  ),
  dictionary: headWords.map(fromLatin1),
  maxLength: 2000,

  run(input) {
    const [flags = 0, cut = 0] = input
    const stream = input.slice(2)
    const results = cuts(stream, cut).map(readRequest)
    for (const result of results) assert.deepEqual(result, results[0], 'the chunks matter')
    const result = results[0] ?? { state: 'waiting' }
    // What Tidewire reads is what the grammar says, byte by byte of it; only limits may refuse it.
    if (result.state !== 'failed' || result.wrong.startsWith('400')) {
      const expected = naiveHead(latin1(stream), 'request')
      assert.deepEqual(result.state === 'done' ? result.naive : undefined, expected, 'another head')
    }
    if (result.state !== 'done') return [result.state === 'failed' ? result.wrong : 'waiting']

    const policy = policies[flags & 3] ?? {}
    const verdict = readUpgradeRequest(result.head, { ...policy, limits })
    if (!verdict.accepted) return [checkRefusal(verdict.refusal)]
    checkAccepted(result.naive, verdict)
    return [`accepted ${verdict.protocol ?? ''} ${verdict.extensions.length}`]
  },
}

type ReadRequest =
  | { readonly state: 'waiting' }
  | { readonly state: 'failed'; readonly wrong: string }
  | { readonly state: 'done'; readonly head: RequestHead; readonly naive: NaiveHead }

function readRequest(chunks: readonly Uint8Array[]): ReadRequest {
  const parser = new HeadParser('request', limits)
  for (const [i, chunk] of chunks.entries()) {
    const result: HeadResult<'request'> = parser.push(chunk)
    if (result.state === 'waiting') continue
    if (result.state === 'failed') {
      assert.ok([400, 414, 431].includes(result.status), 'another status')
      return { state: 'failed', wrong: `${result.status} ${result.error.code}` }
    }
    const { head, rest } = result
    const behind = [rest, ...chunks.slice(i + 1)].map(hex).join('')
    const start = `${head.method} ${head.target} HTTP/${head.version}`
    return { state: 'done', head, naive: { start, fields: [...head.fields], behind } }
  }
  return { state: 'waiting' }
}

/** A refusal is a whole and honest HTTP response. */
function checkRefusal(refusal: Extract<UpgradeVerdict, { accepted: false }>['refusal']): string {
  const text = formatRefusal(refusal)
  assert.match(text, /^[\t\r\n -~]*$/, 'an answer that is not printable ASCII')
  const head = naiveHead(text, 'response')
  assert.ok(head, 'an answer that is no HTTP')
  const length = head.fields.find(([name]) => name === 'Content-Length')?.[1]
  assert.equal(head.behind.length / 2, Number(length), 'another length than announced')
  assert.ok(head.behind.length / 2 < 1000, 'a body that grows with the request')
  return `${refusal.status} ${refusal.code}`
}

/** RFC 6455 §4.2.1 again, naively; and a client that asked this way takes the answer. */
function checkAccepted({ start, fields }: NaiveHead, verdict: UpgradeVerdict): void {
  assert.ok(verdict.accepted)
  const all = (name: string): string[] =>
    fields.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value)
  const lists = (name: string): string[] =>
    all(name).flatMap((value) => value.toLowerCase().split(/[ \t]*,[ \t]*/))
  assert.match(start, /^GET \S+ HTTP\/1\.[1-9]$/, 'accepted another request line')
  assert.equal(all('host').length, 1, 'accepted without one Host')
  assert.ok(lists('upgrade').includes('websocket'), 'accepted without Upgrade')
  assert.ok(lists('connection').includes('upgrade'), 'accepted without Connection')
  assert.deepEqual(all('sec-websocket-version'), ['13'], 'accepted another version')
  assert.deepEqual(all('sec-websocket-key'), [verdict.key], 'accepted another key')
  assert.equal(Buffer.from(verdict.key, 'base64').length, 16, 'accepted a key that is not 16 bytes')
  assert.deepEqual([...all('content-length'), ...all('transfer-encoding')], [], 'accepted content')
  const { protocol, extensions } = verdict
  if (protocol !== undefined) {
    assert.ok(lists('sec-websocket-protocol').includes(protocol.toLowerCase()), 'not offered')
  }

  const client = new ClientHandshake(
    {
      host: 'h',
      target: '/',
      limits: defaultLimits,
      ...(protocol === undefined ? {} : { protocols: [protocol] }),
      extensions: extensions.map(({ name }) => ({ name, params: [] })),
    },
    ports,
  )
  const answer = formatAcceptance({ ...verdict, key: client.key }, ports)
  const result = client.receive(fromLatin1(answer))
  assert.ok(result.state === 'open', 'the own client refuses the acceptance')
  assert.equal(result.protocol, protocol ?? '', 'another subprotocol')
  assert.deepEqual(result.extensions, extensions, 'other extensions')
}
