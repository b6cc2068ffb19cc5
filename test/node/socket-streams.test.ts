import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket as NetSocket } from 'node:net'
import { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, test, type TestContext } from 'node:test'
import type { WebSocket } from 'ws'
import { TidewireError } from '../../dist/errors/index.js'
import type { ClientSocket } from '../../dist/node/client-socket.js'
import { connect } from '../../dist/node/connect.js'
import { deferred } from '../../dist/node/deferred.js'
import { serve } from '../../dist/node/serve.js'
import type { ServerSocket } from '../../dist/node/server-socket.js'
import { WebSocketError } from '../../dist/node/websocket-error.js'
import {
  acceptance,
  closeFrame,
  frame,
  opcodes,
  rawPeer,
  rejection,
  textOf,
  wsPeer,
} from './peers.ts'
import { acceptingPeer, pushUntilHeld, turns } from './silent-peer.ts'

/** Both ends of one connection. */
async function pair(t: TestContext): Promise<{ client: ClientSocket; server: ServerSocket }> {
  const opened = deferred<ServerSocket>()
  const server = await serve({ open: (socket) => opened.resolve(socket) })
  t.after(() => server.close({ timeout: 0 }))
  const client = await connect(server.url.replace('http:', 'ws:'))
  return { client, server: await opened.promise }
}

/** A client whose peer reads nothing by itself. */
async function withSilentPeer(t: TestContext): Promise<{ client: ClientSocket; peer: NetSocket }> {
  const { url, accepted } = await acceptingPeer(t)
  return { client: await connect(url), peer: await accepted }
}

function assertClosed(error: unknown): void {
  assert.ok(error instanceof TidewireError, String(error))
  assert.equal(error.code, 'ERR_CLOSED')
}

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

describe('socket.readable and socket.writable', () => {
  test('are web streams of messages at either end, always the same', async (t) => {
    const { client, server } = await pair(t)
    assert.ok(
      client.readable instanceof ReadableStream && client.writable instanceof WritableStream,
    )
    assert.equal(client.readable, client.readable)
    assert.equal(server.writable, server.writable)
    const echoing = server.readable.pipeTo(server.writable)
    const writer = client.writable.getWriter()
    const messages = ['text', Uint8Array.of(1, 2), '', new Uint8Array(100_000)]
    for (const message of messages) await writer.write(message)
    const reader = client.readable.getReader()
    for (const message of messages) assert.deepEqual((await reader.read()).value, message)
    await writer.close()
    assert.equal((await reader.read()).done, true)
    await echoing
    assert.equal((await server.closed).code, 1000)
  })

  test('hold back a peer whose messages are not read', async (t) => {
    const { client, peer } = await withSilentPeer(t)
    const reader = client.readable.getReader()
    const size = 65_000
    const message = frame(opcodes.binary, Buffer.alloc(size))
    const count = 1000
    const { taken, sent } = await pushUntilHeld(peer, message, count)
    assert.ok(taken < count, `${taken} of ${count} messages were taken`)
    for (let read = 0; read < count; read++) {
      assert.equal((await reader.read()).value!.length, size)
    }
    await sent
    peer.end(closeFrame(1000))
    assert.equal((await reader.read()).done, true)
  })

  test('hold back a program whose messages are not taken, whatever the limits', async (t) => {
    const { client, peer } = await withSilentPeer(t)
    const writer = client.writable.getWriter()
    const written: number[] = []
    const writing = [1, 2, 3, 4, 5, 6, 7, 8].map(async (message) => {
      await writer.write(new Uint8Array(4 << 20))
      written.push(message)
    })
    await turns(100)
    assert.ok(written.length < 8)
    peer.resume()
    await Promise.all(writing)
    assert.equal(client.readyState, 1)
    peer.destroy()
    await client.closed
  })

  test('keep their place among what is sent otherwise', async (t) => {
    const { promise, resolve } = deferred<WebSocket>()
    const received: number[] = []
    const url = await wsPeer(t, (peer) => {
      peer.pause()
      peer.on('message', (data) => received.push((data as Buffer)[0]!))
      resolve(peer)
    })
    const client = await connect(url, { limits: { buffered: 1 << 30 } })
    const peer = await promise
    let sent = 0
    while (client.send(new Uint8Array(500_000).fill(sent)) !== 'buffered') sent++
    const writer = client.writable.getWriter()
    const writing = writer.write(Uint8Array.of(255))
    client.send(Uint8Array.of(++sent))
    peer.resume()
    await writing
    client.send(Uint8Array.of(++sent))
    await writer.close()
    // A write waits until nothing else does.
    const numbers = Array.from({ length: sent }, (_, index) => index)
    assert.deepEqual(received, [...numbers, 255, sent])
  })

  test('close one side before the other: what the peer still has to say is read', async (t) => {
    const url = await rawPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      peer.once('data', () => {
        const frames = ['last', 'words'].map((word) => frame(opcodes.text, word))
        peer.end(Buffer.concat([...frames, closeFrame(1000)]))
      })
    })
    const client = await connect(url)
    const closing = client.writable.close()
    assert.deepEqual(await collect(client.readable), ['last', 'words'])
    await closing
  })

  test('fail with the connection', async (t) => {
    const { client, peer } = await withSilentPeer(t)
    const writer = client.writable.getWriter()
    const writing = rejection(writer.write(new Uint8Array(32 << 20)))
    const reading = rejection(client.readable.getReader().read())
    peer.destroy()
    assertClosed(await writing)
    assertClosed(await reading)
    assertClosed(await rejection(writer.closed))
  })

  test('end with a peer that closes: nothing can be written any more', async (t) => {
    const { client, server } = await pair(t)
    const writer = client.writable.getWriter()
    await server.close(1000)
    assert.deepEqual(await collect(client.readable), [])
    assertClosed(await rejection(writer.write('too late')))
    assertClosed(await rejection(writer.closed))
  })

  test('fail to close cleanly where the peer does not answer', async (t) => {
    const { client, peer } = await withSilentPeer(t)
    const closing = rejection(client.writable.close())
    peer.destroy()
    assertClosed(await closing)
  })

  for (const [what, reason, expected] of [
    ['nothing', undefined, [1000, '']],
    ['any error', new Error('x'), [1000, '']],
    ['a WebSocketError', new WebSocketError('', { closeCode: 4001, reason: 'y' }), [4001, 'y']],
  ] as const) {
    test(`close with ${expected[0]} when they are cancelled or aborted with ${what}`, async (t) => {
      for (const end of ['cancel', 'abort']) {
        const { client, server } = await pair(t)
        if (end === 'cancel') await client.readable.cancel(reason)
        else await client.writable.abort(reason)
        const outcome = await server.closed
        assert.deepEqual([outcome.code, outcome.reason], expected)
      }
    })
  }

  test('refuse what is no message', async (t) => {
    const { client } = await pair(t)
    const writing = client.writable.getWriter().write(5 as unknown as string)
    assert.ok((await rejection(writing)) instanceof TypeError)
    await client.close()
  })
})

describe('socket.duplex()', () => {
  test('is a stream of bytes: what is piped through it comes back the same', async (t) => {
    const { client, server } = await pair(t)
    const echo = server.duplex()
    assert.ok(echo instanceof Duplex)
    const echoing = pipeline(echo, echo)
    const duplex = client.duplex()
    const sent = Array.from({ length: 200 }, (_, index) => Buffer.alloc(index * 100, index))
    const returned = (async () => {
      const parts = []
      let missing = Buffer.concat(sent).length
      for await (const part of duplex) {
        parts.push(part as Buffer)
        missing -= (part as Buffer).length
        if (missing === 0) duplex.end()
      }
      return Buffer.concat(parts)
    })()
    for (const part of sent) if (!duplex.write(part)) await once(duplex, 'drain')
    assert.deepEqual(await returned, Buffer.concat(sent))
    await echoing
    assert.equal((await server.closed).code, 1000)
  })

  test('has text as its bytes, and no empty messages', async (t) => {
    const { client, server } = await pair(t)
    for (const message of ['', 'grün', new Uint8Array(), '', Uint8Array.of(33)])
      server.send(message)
    const reading = collect(client.duplex())
    await server.close(1000)
    assert.equal(Buffer.concat((await reading) as Buffer[]).toString(), 'grün!')
  })

  test('has whole messages in object mode, strings as text', async (t) => {
    const received: unknown[] = []
    const url = await wsPeer(t, (peer) => {
      peer.on('message', (data, isBinary) => received.push(isBinary ? data : textOf(data)))
      for (const message of ['', 'text', Buffer.of(1)]) peer.send(message)
    })
    const duplex = (await connect(url)).duplex({ objectMode: true })
    const read = []
    for await (const message of duplex) {
      read.push(message)
      if (read.length === 3) break
    }
    assert.deepEqual(read, ['', 'text', Uint8Array.of(1)])

    const client = await connect(url)
    const writing = client.duplex({ objectMode: true })
    writing.write('text')
    writing.end(Uint8Array.of(7))
    await Promise.all([once(writing, 'finish'), collect(writing)])
    assert.deepEqual(received, ['text', Buffer.of(7)])
  })

  test('ends with its peer, and takes nothing any more', async (t) => {
    const { client, server } = await pair(t)
    const duplex = client.duplex()
    duplex.resume()
    const ended = Promise.all([once(duplex, 'end'), once(duplex, 'finish'), once(duplex, 'close')])
    await server.close(1001)
    await ended
    assert.equal(duplex.errored, null)
  })

  test('waits for its peer when it is ended, and reads until then', async (t) => {
    const url = await rawPeer(t, (peer, request) => {
      peer.write(acceptance(request))
      peer.once('data', () => {
        peer.end(Buffer.concat([frame(opcodes.text, 'last words'), closeFrame(1000)]))
      })
    })
    const duplex = (await connect(url)).duplex()
    duplex.end()
    assert.equal(String((await collect(duplex))[0]), 'last words')
  })

  test('fails when the connection is not closed normally', async (t) => {
    for (const act of [
      (peer: NetSocket) => peer.destroy(),
      (peer: NetSocket) => peer.end(closeFrame(4000)),
    ]) {
      const { client, peer } = await withSilentPeer(t)
      const duplex = client.duplex()
      duplex.resume()
      const failed = once(duplex, 'error')
      act(peer)
      assertClosed((await failed)[0])
      assert.equal(duplex.destroyed, true)
    }
  })

  test('terminates the connection when it is destroyed', async (t) => {
    const { client, server } = await pair(t)
    const duplex = client.duplex()
    duplex.destroy(new Error('enough'))
    const [error] = (await once(duplex, 'error')) as [Error]
    assert.equal(error.message, 'enough')
    assert.equal((await client.closed).cause.trigger, 'terminate')
    assert.equal((await server.closed).code, 1006)
  })

  test('holds back a program whose bytes are not taken', async (t) => {
    const { client, peer } = await withSilentPeer(t)
    const duplex = client.duplex()
    let written = false
    duplex.write(Buffer.alloc(16 << 20), () => (written = true))
    await turns(100)
    assert.deepEqual([written, duplex.writableNeedDrain], [false, true])
    peer.resume()
    await once(duplex, 'drain')
    assert.equal(written, true)
    duplex.destroy()
    await once(duplex, 'close')
  })
})
