import assert from 'node:assert/strict'
import { createHash, randomFillSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connect, ConnectError, OptionError, TidewireError } from '../../../../dist/node/index.js'
import { startProxy } from '../../../../dist/node/inspector/index.js'
import { fixture } from '../../peers.ts'
import { closePayload, frame, opcodes, type RawClient, upgradeHead } from '../../raw-client.ts'
import { client as connected } from '../inspected.ts'
import { Page } from '../page.ts'
import { accepted, begun, proxyTo, proxyToEcho, rawClient, rawTarget, upgraded } from './proxied.ts'

const server = (opcode: number, payload: string): Buffer =>
  Buffer.concat([Buffer.of(0x80 | opcode, payload.length), Buffer.from(payload)])

/** A stream of frames that no implementation would send: unknown opcodes, reserved bits, a wrong mask. */
function wildFrames(size: number, masked: boolean): Buffer {
  const frames: Buffer[] = []
  for (let at = 0; at < 40; at++) {
    const payload = randomFillSync(Buffer.alloc((at * size) % 70_000))
    const opcode = [1, 2, 0, 3, 9, 11, 2][at % 7]!
    const head = frame(opcode, payload).subarray(0, -payload.length - 4 || -4)
    head[0] = head[0]! | ((at % 8) << 4)
    head[1] = head[1]! & (masked ? 0xff : 0x7f)
    frames.push(Buffer.concat([head, masked ? Buffer.of(9, 8, 7, at) : Buffer.alloc(0), payload]))
  }
  return Buffer.concat(frames)
}

suite('through a proxy', () => {
  test('both heads go byte for byte', async (t) => {
    const { target, proxy, client: one } = await begun(t)
    const head =
      'GET /odd?x=%20 HTTP/1.1\r\nhOST: somewhere.else:99\r\nupgrade:websocket\r\nOrigin: http://127.0.0.1\r\n' +
      'CONNECTION: keep-alive , Upgrade\r\nSec-WebSocket-Version:  13\r\nX-Latin: \u00fc\r\nSec-WebSocket-Key: a\r\n\r\n'
    for (const part of [head.slice(0, 5), head.slice(5, -3), head.slice(-3)]) one.write(part)
    const other = await target.accepted()
    assert.equal((await other.bytes(head.length)).toString('latin1'), head)
    other.write(accepted.slice(0, 30))
    other.write(accepted.slice(30))
    assert.equal((await one.bytes(accepted.length)).toString('latin1'), accepted)
    const [record] = proxy.inspector.recording.connections
    assert.equal(record?.url, target.url.replace(/\/$/, '/odd?x=%20'))
    assert.equal(record?.request?.line, 'GET /odd?x=%20 HTTP/1.1')
    assert.deepEqual(record?.response?.fields[0], ['upgrade', 'WebSocket'])
  })

  test('frames go byte for byte, whatever they are', async (t) => {
    const { client, server: other } = await upgraded(t)
    const [up, down] = [wildFrames(1111, true), wildFrames(997, false)]
    for (let at = 0; at < up.length; at += 10_007) client.write(up.subarray(at, at + 10_007))
    for (let at = 0; at < down.length; at += 9973) other.write(down.subarray(at, at + 9973))
    assert.ok((await other.bytes(up.length)).equals(up))
    assert.ok((await client.bytes(down.length)).equals(down))
  })

  test('frames that come with a head go on behind it', async (t) => {
    const { target, proxy, client: one } = await begun(t)
    const early = frame(opcodes.text, 'in a hurry')
    one.write(upgradeHead(), early)
    const other = await target.accepted()
    await other.head()
    other.write(accepted, server(opcodes.text, 'so am I'))
    await one.head()
    assert.equal(await one.text(), 'so am I')
    assert.ok((await other.bytes(early.length)).equals(early))
    const { frames } = proxy.inspector.recording
    const seen = [...frames].map(({ direction, payload }) => [
      direction,
      Buffer.from(payload!).toString(),
    ])
    assert.deepEqual(seen, [
      ['receive', 'so am I'],
      ['transmit', 'in a hurry'],
    ])
  })

  test('a refusal goes as it is, and is told', async (t) => {
    const proxy = await proxyToEcho(t, { path: '/chat' })
    const refused = await connect(`${proxy.url}other`).catch((error: unknown) => error)
    assert.ok(refused instanceof ConnectError)
    assert.equal(refused.status, 404)
    const page = await Page.open(t, proxy.inspector.url)
    const { closed } = await page.sees(({ connections }) => {
      const one = connections.get(0)
      return one?.closed ? one : undefined
    })
    assert.match(closed!.diagnosis, /did not accept the WebSocket: it answered HTTP\/1\.1 404/)
  })

  test('ordinary HTTP goes as well, unrecorded', async (t) => {
    const body = 'x'.repeat(100_000)
    const proxy = await proxyToEcho(t, {
      request: async (request) => new Response(`${await request.text()}!`),
    })
    const response = await fetch(proxy.url.replace('ws', 'http'), { method: 'POST', body })
    assert.equal(await response.text(), `${body}!`)
    assert.deepEqual(proxy.inspector.recording.connections, [])
  })

  test('compressed messages go, and are shown inflated', async (t) => {
    const proxy = await proxyToEcho(t, { deflate: true })
    const socket = await connected(t, proxy.url, { deflate: true })
    const text = 'compress me '.repeat(500)
    socket.send(text)
    for await (const message of socket) {
      assert.equal(message, text)
      break
    }
    const [sent, answer] = [...proxy.inspector.recording.frames]
    assert.ok(sent!.length < 1000)
    for (const one of [sent, answer]) {
      assert.equal(Buffer.from(one!.message!.payload!).toString(), text)
    }
  })

  test('a closing handshake goes, and is explained', async (t) => {
    const { proxy, client, server: other } = await upgraded(t)
    const close = frame(opcodes.close, closePayload(4001, 'enough'))
    client.write(close)
    assert.ok((await other.bytes(close.length)).equals(close))
    other.write(server(opcodes.close, closePayload(4001).toString('latin1')).subarray(0, 2))
    other.write(closePayload(4001))
    other.socket.end()
    assert.deepEqual(await client.closeFrame(), { code: 4001, reason: '' })
    client.socket.end()
    await other.gone()
    const page = await Page.open(t, proxy.inspector.url)
    const { closed } = await page.sees(({ connections }) => {
      const one = connections.get(0)
      return one?.closed ? one : undefined
    })
    assert.deepEqual([closed!.code, closed!.wasClean, closed!.by], [4001, true, 'local'])
    assert.match(closed!.diagnosis, /The client closed with 4001 and the reason "enough"/)
  })

  test('the end of one side goes to the other, after all that was sent', async (t) => {
    const { client, server: other } = await upgraded(t)
    const last = wildFrames(3001, true)
    client.write(last)
    client.socket.end()
    assert.ok((await other.bytes(last.length)).equals(last))
    other.write(server(opcodes.text, 'still here'))
    assert.equal(await client.text(), 'still here')
    other.socket.end()
    await Promise.all([client.gone(), other.gone()])
  })

  test('the end of a client that asks nothing goes to the target, and back', async (t) => {
    const { target, client } = await begun(t)
    client.write('GET / HTTP/1.1')
    client.socket.end()
    const other = await target.accepted()
    await other.end()
    assert.equal(other.pending.length, 0)
    other.socket.end()
    await Promise.all([client.gone(), other.gone()])
  })

  test('the end of a client that waits for its answer goes to the target, which may still answer', async (t) => {
    const { target, client } = await begun(t)
    client.write(upgradeHead())
    const other = await target.accepted()
    await other.head()
    client.socket.end()
    await other.end()
    other.write(accepted, server(opcodes.text, 'still here'))
    await client.head()
    assert.equal(await client.text(), 'still here')
    other.socket.end()
    await Promise.all([client.gone(), other.gone()])
  })

  test('a target that ends without an answer, or in the middle of one, ends its client', async (t) => {
    for (const answer of ['', 'HTTP/1.1 101 Sw']) {
      const { target, client } = await begun(t)
      client.write(upgradeHead())
      const other = await target.accepted()
      await other.head()
      other.write(answer)
      other.socket.end()
      await client.end()
      assert.equal(client.pending.toString(), answer)
      client.socket.end()
      await Promise.all([client.gone(), other.gone()])
    }
  })

  test('a side that vanishes takes the other with it', async (t) => {
    const { client, server: other } = await upgraded(t)
    client.socket.resetAndDestroy()
    await other.gone()
  })
})

suite('a side that does not read', () => {
  /** Writes until the way is full. @returns A hash of all that is on its way, and how much it is. */
  async function flood(from: RawClient, masked: boolean): Promise<{ hash: string; size: number }> {
    const hash = createHash('sha256')
    const bytes = wildFrames(5003, masked)
    let size = 0
    for (let still = 0; still < 20;) {
      if (from.socket.writableLength < 1 << 20) {
        still = 0
        hash.update(bytes)
        size += bytes.length
        from.socket.write(bytes)
      } else {
        still++
      }
      await wait(10)
    }
    return { hash: hash.digest('hex'), size }
  }

  for (const way of ['up', 'down'] as const) {
    test(`holds the other back (${way}), and loses nothing`, async (t) => {
      const { proxy, client, server: other } = await upgraded(t, { bytes: 1 << 20 })
      const [from, to] = way === 'up' ? [client, other] : [other, client]
      to.socket.pause()
      const { hash, size } = await flood(from, way === 'up')
      const page = await Page.open(t, proxy.inspector.url)
      const { flow } = await page.sees(({ connections }) => connections.get(0))
      // One read beyond what the system takes: 64 KiB, and on Bun 512.
      assert.ok(flow.bufferedAmount <= 1 << 19, `${flow.bufferedAmount} bytes wait`)
      to.socket.resume()
      const came = await to.bytes(size)
      assert.equal(createHash('sha256').update(came).digest('hex'), hash)
    })
  }
})

suite('a proxy', () => {
  test('speaks wss with a certificate of its own', async (t) => {
    const proxy = await proxyToEcho(t, {}, { tls: 'self-signed' })
    assert.match(proxy.url, /^wss:/)
    await assert.rejects(connect(proxy.url), { code: 'ERR_CONNECT_TLS' })
    const socket = await connected(t, proxy.url, { tls: { rejectUnauthorized: false } })
    await socket.ping()
  })

  test('speaks wss to a target that it trusts, and to no other', async (t) => {
    const cert = fixture('localhost.cert.pem')
    const tls = { cert, key: fixture('localhost.key.pem') }
    for (const trust of [{ ca: cert }, { insecure: true }]) {
      const proxy = await proxyToEcho(t, { tls, hostname: 'localhost' }, trust)
      const socket = await connected(t, proxy.url)
      await socket.ping()
      const [record] = proxy.inspector.recording.connections
      assert.equal(record?.tls?.version, 'TLSv1.3')
    }
    const proxy = await proxyToEcho(t, { tls, hostname: 'localhost' })
    const refused = await connect(proxy.url).catch((error: unknown) => error)
    assert.ok(refused instanceof ConnectError)
    assert.equal(refused.status, 502)
    assert.match(refused.body ?? '', /cannot reach wss:\/\/localhost.*self.signed/)
  })

  test('says so when there is nobody at the target', async (t) => {
    const target = await rawTarget(t)
    const proxy = await proxyTo(t, 'ws://127.0.0.1:1/')
    const refused = await connect(proxy.url).catch((error: unknown) => error)
    assert.ok(refused instanceof ConnectError)
    assert.equal(refused.status, 502)
    assert.ok(target.url)
  })

  test('refuses a head that has no end', async (t) => {
    const { client } = await begun(t)
    client.write('GET / HTTP/1.1\r\n', `X: ${'y'.repeat(70_000)}`)
    assert.match(await client.head(), /^HTTP\/1\.1 431 /)
  })

  const page = { Host: '127.0.0.1:1', Origin: 'http://localhost:5173' }
  const foreign = { Host: '127.0.0.1:1', Origin: 'https://evil.example' }
  const cases = [
    [{}, page, '127.0.0.1:1', 'http://localhost:5173'],
    [{ rewriteHost: true }, page, 'target', 'http://localhost:5173'],
    [{ rewriteHost: true, rewriteOrigin: true }, page, 'target', 'http://target'],
    [{ rewriteHost: true, rewriteOrigin: true }, foreign, 'target', 'https://evil.example'],
  ] as const
  for (const [options, fields, host, origin] of cases) {
    test(`with ${JSON.stringify(options)} makes of ${fields.Origin} ${origin}`, async (t) => {
      const target = await rawTarget(t)
      const own = new URL(target.url).host
      const proxy = await proxyTo(t, target.url, options)
      const one = await rawClient(t, proxy.url)
      const head = upgradeHead(fields)
      one.write(head)
      const came = `${await (await target.accepted()).head()}\r\n\r\n`
      const expected = head
        .replace(/Host: .*/, `Host: ${host.replace('target', own)}`)
        .replace(/Origin: .*/, `Origin: ${origin.replace('target', own)}`)
      assert.equal(came, expected)
    })
  }

  test('refuses a target or an option that cannot be', async () => {
    await assert.rejects(startProxy('ftp://x/'), ConnectError)
    await assert.rejects(startProxy('ws://127.0.0.1:1/', { port: -1 }), OptionError)
    await assert.rejects(startProxy('ws://127.0.0.1:1/', { pagePort: 65_536 }), OptionError)
    await assert.rejects(startProxy('ws://127.0.0.1:1/', { frames: 0 }), OptionError)
  })

  test('refuses ports that are taken, and leaves nothing open', async (t) => {
    const target = await rawTarget(t)
    const port = Number(new URL(target.url).port)
    for (const options of [{ port }, { pagePort: port }]) {
      await assert.rejects(startProxy(target.url, options), (error: unknown) => {
        assert.ok(error instanceof TidewireError)
        return error.code === 'ERR_LISTEN'
      })
    }
  })
})
