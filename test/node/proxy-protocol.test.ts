import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { describe, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { OptionError, serve } from '../../dist/node/index.js'
import { parseProxyHeader } from '../../dist/node/proxy-protocol.js'
import { deferred } from '../../dist/node/deferred.js'
import { calls, frame, opcodes, RawClient, rawClient, served, upgradeHead } from './raw-client.ts'

const text = (header: string): Buffer => Buffer.from(header, 'latin1')

function binary(command: number, family: number, body: Uint8Array | readonly number[]): Buffer {
  const signature = text('\r\n\r\n\0\r\nQUIT\n')
  const length = Buffer.of(body.length >> 8, body.length & 255)
  return Buffer.concat([signature, Buffer.of(command, family), length, Buffer.from(body)])
}

const ipv4 = [192, 0, 2, 1, 192, 0, 2, 2, 220, 4, 1, 187]
const ipv6 = [0x20, 0x01, 0x0d, 0xb8, ...new Uint8Array(11), 1]
const bothIpv6 = [...ipv6, ...ipv6, 220, 4, 1, 187]

const headers: [what: string, header: Buffer, address: string | undefined][] = [
  ['TCP4', text('PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n'), '192.0.2.1'],
  ['TCP6', text('PROXY TCP6 2001:db8::1 2001:db8::2 56324 443\r\n'), '2001:db8::1'],
  ['UNKNOWN', text('PROXY UNKNOWN\r\n'), undefined],
  ['UNKNOWN with more', text('PROXY UNKNOWN ffff::1 ffff::1 65535 65535\r\n'), undefined],
  ['IPv4 in version 2', binary(0x21, 0x11, ipv4), '192.0.2.1'],
  ['IPv4 with more behind', binary(0x21, 0x11, [...ipv4, 3, 0, 1, 0]), '192.0.2.1'],
  ['IPv6 in version 2', binary(0x21, 0x21, bothIpv6), '2001:db8:0:0:0:0:0:1'],
  ['a Unix socket', binary(0x21, 0x31, new Uint8Array(216)), undefined],
  ['no family', binary(0x21, 0x00, []), undefined],
  ['the proxy itself', binary(0x20, 0x11, ipv4), undefined],
]

describe('a PROXY header is read', () => {
  for (const [what, header, address] of headers) {
    test(`with ${what}, and not before it is whole`, () => {
      const behind = Buffer.concat([header, text('GET / HTTP/1.1')])
      assert.deepEqual(parseProxyHeader(behind), { length: header.length, address })
      for (let cut = 0; cut < header.length; cut++) {
        assert.equal(parseProxyHeader(header.subarray(0, cut)), 'more', `${cut} bytes`)
      }
    })
  }

  test('but nothing else is', () => {
    for (const [what, bytes] of [
      ['a request', text('GET / HTTP/1.1\r\n')],
      ['TLS', Buffer.of(22, 3, 1)],
      ['another family', text('PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n')],
      ['no address', text('PROXY TCP4 here there 1 2\r\n')],
      ['an address of the other family', text('PROXY TCP4 ::1 ::1 1 2\r\n')],
      ['no end', text(`PROXY TCP4 ${'1'.repeat(100)}`)],
      ['another version', binary(0x31, 0x11, ipv4)],
      ['another command', binary(0x22, 0x11, ipv4)],
      ['addresses that are cut off', binary(0x21, 0x11, ipv4.slice(1))],
      ['IPv6 addresses that are cut off', binary(0x21, 0x21, bothIpv6.slice(1))],
      ['more than any proxy sends', binary(0x21, 0x11, new Uint8Array(4096))],
    ] as const) {
      assert.equal(parseProxyHeader(bytes), 'none', what)
    }
  })
})

describe('a server behind such a proxy', () => {
  const server = (t: Parameters<typeof served>[0], more: Parameters<typeof serve>[0] = {}) =>
    served(t, {
      proxyProtocol: true,
      open: (socket) => void socket.send(String(socket.remoteAddress)),
      ...more,
    })

  test('knows who is behind it', async (t) => {
    const listening = await server(t)
    for (const [, header, address] of headers) {
      const client = rawClient(t, listening)
      client.write(header, upgradeHead())
      assert.match(await client.head(), / 101 /)
      assert.equal(await client.text(), address ?? '127.0.0.1')
    }
  })

  test('reads it byte by byte', async (t) => {
    const client = rawClient(t, await server(t))
    client.socket.setNoDelay(true)
    for (const byte of headers[0]![1]) client.write(Uint8Array.of(byte))
    client.write(upgradeHead())
    assert.match(await client.head(), / 101 /)
    assert.equal(await client.text(), '192.0.2.1')
  })

  test('knows it under TLS, which begins behind the header', async (t) => {
    const fixture = (name: string): Buffer =>
      readFileSync(new URL(`../../test/node/fixtures/localhost.${name}.pem`, import.meta.url))
    const { port } = await server(t, { tls: { key: fixture('key'), cert: fixture('cert') } })
    const socket = connectTcp(port, '127.0.0.1')
    socket.write(headers[4]![1])
    await once(socket, 'connect')
    const client = new RawClient(t, connectTls({ socket, rejectUnauthorized: false }))
    await client.upgrade()
    assert.equal(await client.text(), '192.0.2.1')
  })

  test('loses nothing that comes while it decides about a request behind the header', async (t) => {
    const asked = calls<void>()
    const decided = deferred<void>()
    const listening = await server(t, {
      upgrade: () => {
        asked.note()
        return decided.promise
      },
      open: () => {},
      message: (socket, message) => void socket.send(message),
    })
    const client = rawClient(t, listening)
    client.write(headers[0]![1], upgradeHead())
    await asked.next()
    client.write(frame(opcodes.text, 'early'))
    // When another connection has been read, this one has been as well.
    const another = rawClient(t, listening)
    another.write(headers[0]![1], upgradeHead())
    await asked.next()
    decided.resolve()
    assert.match(await client.head(), / 101 /)
    assert.equal(await client.text(), 'early')
  })

  test('gives an offer of something else back to HTTP, without another header', async (t) => {
    const listening = await server(t, {
      request: ({ remoteAddress }) => new Response(remoteAddress),
    })
    const client = rawClient(t, listening)
    const request =
      'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'
    client.write(headers[0]![1], request)
    assert.equal((await client.answer()).body, '192.0.2.1')
    client.write(request)
    assert.equal((await client.answer()).body, '192.0.2.1')
  })

  test('destroys what comes without it, or not in time', async (t) => {
    const listening = await server(t, { limits: { handshakeTimeout: 50 } })
    const direct = rawClient(t, listening)
    direct.write(upgradeHead())
    const half = rawClient(t, listening)
    half.write('PROXY TCP4 192.0')
    const silent = rawClient(t, listening)
    await Promise.all([direct.gone(), half.gone(), silent.gone()])
    assert.deepEqual(
      [direct.pending, half.pending].map(({ length }) => length),
      [0, 0],
    )
  })

  test('closes while a connection has not come so far', async (t) => {
    const listening = await server(t)
    const half = rawClient(t, listening)
    half.write('PROXY TCP4 192.0')
    await once(half.socket, 'connect')
    await listening.close({ timeout: 0 })
    await half.gone()
  })
})

test('proxyProtocol is true or false', async () => {
  await assert.rejects(serve({ proxyProtocol: 'v2' as never }), OptionError)
})

test('proxyProtocol is refused for TLS on a Unix socket, whose connections cannot be told apart', async () => {
  const options = { proxyProtocol: true, tls: {}, unix: '/nowhere/tidewire.sock' }
  await assert.rejects(serve(options), { code: 'ERR_OPTION', option: 'proxyProtocol' })
})
