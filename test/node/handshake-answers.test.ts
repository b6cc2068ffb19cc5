import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServeOptions } from '../../dist/node/index.js'
import { type FieldChanges, frame, opcodes, rawClient, served, upgradeHead } from './raw-client.ts'

interface Row {
  readonly changes?: FieldChanges
  readonly line?: string
  readonly options?: ServeOptions
  readonly status: number
  /** Beside `Connection: close` and the type of the body, which every refusal has. */
  readonly fields?: Readonly<Record<string, string>>
  readonly body: RegExp
}

const key = 'Sec-WebSocket-Key'
const version = 'Sec-WebSocket-Version'
const protocol = 'Sec-WebSocket-Protocol'
const extensions = 'Sec-WebSocket-Extensions'
const upgradeTo13 = { upgrade: 'websocket', 'sec-websocket-version': '13' }

/** The table "Handshake answers" of limits.md, row by row. */
const rows: Readonly<Record<string, Row>> = {
  POST: { line: 'POST / HTTP/1.1', status: 405, fields: { allow: 'GET' }, body: /"POST".*GET/ },
  'HTTP/1.0': { line: 'GET / HTTP/1.0', status: 505, body: /"HTTP\/1.0"; expected HTTP\/1.1/ },
  'no Host': { changes: { Host: undefined }, status: 400, body: /has no Host/ },
  'two Hosts': { changes: { Host: ['a', 'b'] }, status: 400, body: /more than one Host/ },
  'a Host that is none': { changes: { Host: 'a/b' }, status: 400, body: /Host is "a\/b"/ },
  'no version': {
    changes: { [version]: undefined },
    status: 426,
    fields: upgradeTo13,
    body: /Version is .*expected 13/,
  },
  'version 8': { changes: { [version]: '8' }, status: 426, fields: upgradeTo13, body: /"8"/ },
  'two versions': {
    changes: { [version]: ['13', '8'] },
    status: 426,
    fields: upgradeTo13,
    body: /"13, 8"/,
  },
  'no key': { changes: { [key]: undefined }, status: 400, body: /one Sec-WebSocket-Key/ },
  'two keys': {
    changes: { [key]: ['dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ=='] },
    status: 400,
    body: /one Sec-WebSocket-Key/,
  },
  'a key of 15 bytes': {
    changes: { [key]: 'AAAAAAAAAAAAAAAAAAAA' },
    status: 400,
    body: /16 bytes/,
  },
  'a key that is no base64': { changes: { [key]: '?'.repeat(24) }, status: 400, body: /base64/ },
  'Content-Length': {
    changes: { 'Content-Length': '5' },
    status: 400,
    body: /has Content-Length; an upgrade to WebSocket has no content/,
  },
  'Content-Length: 0': { changes: { 'Content-Length': '0' }, status: 400, body: /Content-Length/ },
  'Transfer-Encoding': {
    changes: { 'Transfer-Encoding': 'chunked' },
    status: 400,
    body: /has Transfer-Encoding/,
  },
  'a foreign Origin': {
    changes: { Origin: 'https://evil.example' },
    status: 403,
    body: /the origin "https:\/\/evil.example" is not that of the host "example.localhost"/,
  },
  'the Origin null': { changes: { Origin: 'null' }, status: 403, body: /origin "null"/ },
  'Sec-Fetch-Site: cross-site': {
    changes: { 'Sec-Fetch-Site': 'cross-site' },
    status: 403,
    body: /cross-site/,
  },
  'an Origin not on the list': {
    options: { origins: ['https://a.example'] },
    changes: { Origin: 'http://a.example' },
    status: 403,
    body: /not one of those allowed/,
  },
  'an Origin that the function does not let in': {
    options: { origins: (() => Promise.resolve(true)) as never },
    status: 403,
    body: /a request without Origin is not allowed/,
  },
  'malformed subprotocols': { changes: { [protocol]: 'a b' }, status: 400, body: /tokens/ },
  'empty subprotocols': { changes: { [protocol]: '' }, status: 400, body: /tokens/ },
  'repeated subprotocols': { changes: { [protocol]: ['a, b', 'a'] }, status: 400, body: /twice/ },
  'malformed extensions': {
    changes: { [extensions]: 'a; b="' },
    status: 400,
    body: /Extensions is/,
  },
  'a target that is too long': {
    line: `GET /${'x'.repeat(8192)} HTTP/1.1`,
    status: 414,
    body: /more than 8192 characters/,
  },
  'too many fields': {
    changes: { 'X-Many': Array.from({ length: 96 }, String) },
    status: 431,
    body: /more than 100 field lines/,
  },
  'a head that is too large': {
    changes: { 'X-Large': 'x'.repeat(20_000) },
    status: 431,
    body: /the request head is over the limit/,
  },
  'a head of a megabyte': {
    changes: { 'X-Large': 'x'.repeat(1 << 20) },
    status: 431,
    body: /the request head is over the limit/,
  },
  'a head just over a limit of its own': {
    options: { limits: { head: 256 } },
    changes: { 'X-Large': 'x'.repeat(100) },
    status: 431,
    body: /limit|more than 256 bytes/,
  },
  'another path': {
    options: { path: '/chat' },
    line: 'GET /other HTTP/1.1',
    status: 404,
    body: /no WebSocket is served at this path/,
  },
  'another host in the target': {
    line: 'GET http://other.test/ HTTP/1.1',
    status: 400,
    body: /not a path on the host/,
  },
}

describe('an upgrade request is refused', () => {
  for (const [what, row] of Object.entries(rows)) {
    test(`for ${what} with ${row.status}`, async (t) => {
      const server = await served(t, {
        origins: 'same-origin',
        message: () => assert.fail('a frame behind a refused request was delivered'),
        open: () => assert.fail('opened'),
        ...row.options,
      })
      const client = rawClient(t, server)
      client.write(upgradeHead(row.changes, row.line), frame(opcodes.text, 'smuggled'))
      const { status, fields, body } = await client.answer()
      assert.equal(status, row.status)
      assert.match(body, row.body)
      assert.match(body, /^[ -~]+\n$/, 'one line of printable ASCII')
      assert.equal(fields.get('content-type'), 'text/plain; charset=utf-8')
      const connection = row.fields?.['upgrade'] ? 'close, Upgrade' : 'close'
      assert.equal(fields.get('connection'), connection)
      for (const [name, value] of Object.entries(row.fields ?? {})) {
        assert.equal(fields.get(name), value)
      }
      await client.gone()
      assert.equal(client.error, undefined)
      assert.equal(server.sockets.size, 0)
    })
  }
})

describe('an upgrade request is accepted', () => {
  const accepted: Readonly<Record<string, Omit<Row, 'status' | 'body'> & { head: RegExp }>> = {
    'as in RFC 6455': { head: /Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/ },
    'with tokens in any case and in a list': {
      changes: { Connection: 'keep-alive, UPGRADE', Upgrade: 'h2c, WebSocket' },
      head: /101/,
    },
    'from the same origin': { changes: { Origin: 'https://example.localhost' }, head: /101/ },
    'from an origin on the list': {
      options: { origins: ['https://a.example'] },
      changes: { Origin: 'https://A.example:443' },
      head: /101/,
    },
    'from anywhere, if that is asked for': {
      options: { origins: '*' },
      changes: { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      head: /101/,
    },
    'with the subprotocol that the server likes best': {
      options: { protocols: ['v2', 'v1'] },
      changes: { [protocol]: ['v1', 'v2, v3'] },
      head: /Sec-WebSocket-Protocol: v2$/m,
    },
    'with the subprotocol that a function picks': {
      options: { protocols: (offered) => offered.at(-1) },
      changes: { [protocol]: 'a, b' },
      head: /Sec-WebSocket-Protocol: b$/m,
    },
    'with no subprotocol in common': {
      options: { protocols: ['v2'] },
      changes: { [protocol]: 'v1' },
      head: /^(?!.*Sec-WebSocket-Protocol)/s,
    },
    'with an extension that nobody knows': {
      changes: { [extensions]: 'x-unknown; a=1, __proto__' },
      head: /^(?!.*Sec-WebSocket-Extensions)/s,
    },
    'for the whole URL as a target': {
      line: 'GET http://example.localhost/chat HTTP/1.1',
      head: /101/,
    },
    'at its path, whatever the query': {
      options: { path: '/chat' },
      line: 'GET /chat?path=/other HTTP/1.1',
      head: /101/,
    },
  }
  for (const [what, { changes, line, options, head }] of Object.entries(accepted)) {
    test(what, async (t) => {
      const server = await served(t, options)
      const client = rawClient(t, server)
      assert.match(await client.upgrade(changes, line), head)
      const [socket] = server.sockets
      assert.equal(socket!.protocol, /Protocol: (\w+)/.exec(head.source)?.[1] ?? '')
      assert.equal(socket!.extensions, '')
      await client.close()
    })
  }
})
