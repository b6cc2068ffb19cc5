/**
 * The inputs of vulnerabilities that WebSocket libraries had, each named by its CVE. CVE-2021-33880 (Python:
 * a timing side channel of Basic authentication) has no counterpart here: nobody is authenticated.
 */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { type CloseOutcome, connect, OptionError } from '../../dist/node/index.js'
import { acceptance, field, frame as serverFrame, rawPeer, rejection } from './peers.ts'
import { calls, frame, opcodes, opened, rawClient, served, upgradeHead } from './raw-client.ts'

/** A message of zeros in DEFLATE, without the tail that the sender leaves out (RFC 7692 §7.2.1). */
function bomb(length: number): Buffer {
  return deflateRawSync(Buffer.alloc(length), { finishFlush: 2 }).subarray(0, -4)
}

/** A masked frame whose header says this, without its payload. */
function announced(opcode: number, ...length: number[]): Buffer {
  return Buffer.of(0x80 | opcode, 0xff, ...length, 1, 2, 3, 4)
}

describe('a server', () => {
  test('CVE-2016-10518 (ws): a ping of a number is no ping of as many bytes of memory', async (t) => {
    const server = await served(t)
    const client = await opened(t, server)
    const [socket] = server.sockets
    await assert.rejects(async () => socket!.ping(100 as never))
    assert.throws(() => socket!.send(100 as never))
    socket!.send('last')
    assert.equal(await client.text(), 'last')
  })

  test('CVE-2016-10542 (ws): a message over the limit is refused by its header', async (t) => {
    const client = await opened(t, await served(t))
    client.write(announced(opcodes.binary, 0, 0, 0, 0, 0, 0x10, 0, 1))
    assert.equal((await client.closeFrame()).code, 1009)
  })

  for (const cve of ['CVE-2020-27813 (gorilla)', 'CVE-2026-54466 (websocket-driver)']) {
    test(`${cve}: a length near 2^63 does not overflow`, async (t) => {
      for (const length of [
        [0x7f, 255, 255, 255, 255, 255, 255, 255],
        [0x7f, 255, 255, 255, 255, 255, 255, 240],
        [0, 0x20, 0, 0, 0, 0, 0, 1],
      ]) {
        const client = await opened(t, await served(t))
        client.write(announced(opcodes.text, ...length), frame(opcodes.text, 'smuggled'))
        assert.equal((await client.closeFrame()).code, 1009)
      }
    })
  }

  test('CVE-2021-32640 (ws): spaces in Sec-WebSocket-Protocol cost no more than their number', async (t) => {
    const server = await served(t, { protocols: ['x'] })
    const client = rawClient(t, server)
    client.write(upgradeHead({ 'Sec-WebSocket-Protocol': `b${' '.repeat(15_000)}x` }))
    assert.equal((await client.answer()).status, 400)
  })

  test('CVE-2020-7662 (websocket-extensions): nor does an unfinished string in an extension', async (t) => {
    const client = rawClient(t, await served(t))
    const value = `a;b="${'\\c'.repeat(7000)}`
    client.write(upgradeHead({ 'Sec-WebSocket-Extensions': value }))
    assert.equal((await client.answer()).status, 400)
  })

  test('CVE-2024-37890 (ws): more fields than Node keeps do not lose Upgrade', async (t) => {
    const server = await served(t)
    const many = Array.from({ length: 2100 }, (_, i) => [`A${i}`, ''] as const)
    const client = rawClient(t, server)
    client.write(upgradeHead({ ...Object.fromEntries(many), Upgrade: 'websocket' }))
    assert.equal((await client.answer()).status, 431)
    await opened(t, server)
  })

  test('CVE-2026-45736 (ws): a close reason that is no string sends no memory', async (t) => {
    const server = await served(t)
    const client = await opened(t, server)
    const [socket] = server.sockets
    await assert.rejects(async () => socket!.close(1000, new Float32Array(20) as never))
    void socket!.close(1000, 'fine')
    assert.deepEqual(await client.closeFrame(), { code: 1000, reason: 'fine' })
  })

  test('CVE-2026-48779 (ws): tiny fragments cost their bytes, and there is a most', async (t) => {
    const client = await opened(t, await served(t))
    client.write(frame(opcodes.text, 'a', false))
    for (let i = 0; i < 1024; i++) client.write(frame(opcodes.more, 'a', false))
    assert.equal((await client.closeFrame()).code, 1008)
  })

  test('CVE-2018-1000518 (Python websockets): a message that inflates over the limit is 1009', async (t) => {
    const server = await served(t, { deflate: true, limits: { message: 100_000 } })
    const client = rawClient(t, server)
    await client.upgrade({ 'Sec-WebSocket-Extensions': 'permessage-deflate' })
    const compressed = frame(opcodes.binary, bomb(10_000_000))
    compressed[0]! |= 0x40
    client.write(compressed)
    assert.equal((await client.closeFrame()).code, 1009)
  })

  test('CVE-2023-43669 (tungstenite): an endless head is ended', async (t) => {
    const client = rawClient(t, await served(t))
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n')
    client.write(Array.from({ length: 300 }, (_, i) => `A${i}: ${'x'.repeat(100)}\r\n`).join(''))
    assert.equal((await client.answer()).status, 431)
  })

  test('CVE-2022-21676 (engine.io): a peer that breaks the protocol at once ends itself only', async (t) => {
    const server = await served(t, { message: (socket, message) => void socket.send(message) })
    const bystander = await opened(t, server)
    const client = rawClient(t, server)
    client.write(upgradeHead(), Buffer.of(0xff, 0xff, 0xff, 0xff))
    await client.head()
    assert.equal((await client.closeFrame()).code, 1002)
    bystander.write(frame(opcodes.text, 'unharmed'))
    assert.equal(await bystander.text(), 'unharmed')
  })

  test('CVE-2024-38355 (socket.io): a handler that fails ends its own socket only', async (t) => {
    const errors: unknown[] = []
    const server = await served(t, {
      error: (_, error) => void errors.push(error),
      message: (socket, message) => {
        if (message === 'error') throw new Error('unhandled')
        socket.send(message)
      },
    })
    const bystander = await opened(t, server)
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'error'))
    assert.equal((await client.closeFrame()).code, 1011)
    bystander.write(frame(opcodes.text, 'unharmed'))
    assert.equal(await bystander.text(), 'unharmed')
    assert.equal(errors.length, 1)
  })
})

describe('a client', () => {
  /** Connects to a server that sends these bytes behind its 101. */
  async function outcomeOf(
    t: Parameters<typeof rawPeer>[0],
    bytes: Uint8Array,
    options: Parameters<typeof connect>[1] = {},
    ...fields: string[]
  ): Promise<CloseOutcome> {
    const url = await rawPeer(t, (socket, request) => {
      socket.write(acceptance(request, ...fields))
      socket.write(bytes)
    })
    const closed = calls<CloseOutcome>()
    await connect(url, {
      limits: { closeTimeout: 50 },
      close: (_, o) => closed.note(o),
      ...options,
    })
    return closed.next()
  }

  const deflated = (payload: Buffer): Buffer => {
    const compressed = serverFrame(opcodes.binary, payload)
    compressed[0]! |= 0x40
    return compressed
  }

  test('CVE-2026-1526 (undici): a message that inflates without end is 1009', async (t) => {
    const limits = { message: 100_000, closeTimeout: 50 }
    const { code } = await outcomeOf(
      t,
      deflated(bomb(10_000_000)),
      { deflate: true, limits },
      'Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover',
    )
    assert.equal(code, 1009)
  })

  test('CVE-2026-1527 (undici): a header of the program cannot bring a line of its own', async (t) => {
    const requests: string[] = []
    const url = await rawPeer(t, (socket, request) => {
      requests.push(request)
      socket.end()
    })
    for (const headers of [{ 'X-A': 'b\r\nX-Evil: 1' }, { 'X-A\r\nX-Evil': '1' }]) {
      assert.ok((await rejection(connect(url, { headers }))) instanceof OptionError)
    }
    for (const protocols of [['a\r\nX-Evil: 1'], ['a b']]) {
      assert.ok((await rejection(connect(url, { protocols }))) instanceof OptionError)
    }
    assert.deepEqual(requests, [])
  })

  test('CVE-2026-1528 (undici): a length of 64 bits ends the connection, not the process', async (t) => {
    const header = Buffer.of(0x82, 127, 0xff, 255, 255, 255, 255, 255, 255, 255)
    assert.equal((await outcomeOf(t, header)).code, 1002)
    header[2] = 0x7f
    assert.equal((await outcomeOf(t, header)).code, 1009)
  })

  test('CVE-2026-2229 (undici): a window out of its range is refused in the handshake', async (t) => {
    for (const bits of ['7', '16', '1000', '99999999999', '-15', '015', '']) {
      const url = await rawPeer(t, (socket, request) => {
        assert.ok(field(request, 'sec-websocket-extensions'))
        const answer = `permessage-deflate; server_max_window_bits=${bits}`
        socket.write(acceptance(request, `Sec-WebSocket-Extensions: ${answer}`))
        socket.write(deflated(bomb(10)))
      })
      const error = (await rejection(connect(url, { deflate: true }))) as Error & { code: string }
      assert.equal(error.code, 'ERR_HANDSHAKE_EXTENSION', bits)
    }
  })

  test('CVE-2026-12151 (undici): fragments without end are too many, empty ones as well', async (t) => {
    const first = Buffer.of(0x01, 0)
    const more = Buffer.concat(Array.from({ length: 1100 }, () => Buffer.of(0x00, 0)))
    assert.equal((await outcomeOf(t, Buffer.concat([first, more]))).code, 1008)
  })
})
