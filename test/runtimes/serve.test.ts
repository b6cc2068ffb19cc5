import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { type ClientSocket, connect } from '../../dist/node/index.js'
import { type Runtime, served, started } from './served.ts'

const deadline = { timeout: 60_000 }

async function join(ws: string, user: string) {
  const socket = await connect(`${ws}?user=${user}`, { protocols: ['v1', 'other'] })
  const messages = socket[Symbol.asyncIterator]()
  return { socket, next: async () => (await messages.next()).value }
}

/** The code and reason of the peer's close. */
async function ending(socket: ClientSocket): Promise<[number, string]> {
  const { code, reason } = await socket.closed
  return [code, reason]
}

for (const runtime of ['bun', 'deno'] as const satisfies Runtime[]) {
  suite(`serve of tidewire/${runtime}`, deadline, () => {
    test(
      'has the handlers of serve: what one says comes to the others of a topic',
      deadline,
      async (t) => {
        const { program, ws } = await served(t, runtime)
        const ada = await join(ws, 'ada')
        assert.deepEqual(await program.until('open'), ['open', 'ada', 'v1', '127.0.0.1'])
        assert.equal(ada.socket.protocol, 'v1')
        const bob = await join(ws, 'bob')
        await program.until('open')
        ada.socket.send('hi')
        assert.equal(await bob.next(), 'ada: hi')
        const [, result, topics] = await program.until('publish')
        assert.deepEqual(
          [result, topics],
          [{ matched: 1, sent: 1, buffered: 0, dropped: 0 }, ['room']],
        )
        ada.socket.send(Uint8Array.of(1, 2, 3))
        assert.deepEqual(await ada.next(), Uint8Array.of(1, 2, 3))
        ada.socket.send(new Uint8Array(0))
        assert.deepEqual(await ada.next(), new Uint8Array(0))
        await ada.socket.close(4000, 'bye')
        const details = { code: 4000, reason: 'bye', wasClean: true }
        assert.deepEqual(await program.until('close'), ['close', 'ada', details, 1])
        bob.socket.send('close')
        assert.deepEqual(await ending(bob.socket), [4001, 'as asked'])
        await program.until('close')
      },
    )

    test('speaks with ws, and notices when it vanishes', deadline, async (t) => {
      const { program, ws } = await served(t, runtime)
      const client = new WebSocket(`${ws}?user=eve`)
      await once(client, 'open')
      assert.deepEqual(await program.until('open'), ['open', 'eve', '', '127.0.0.1'])
      client.send(Buffer.from('bytes'))
      const [echoed] = (await once(client, 'message')) as [Buffer]
      assert.equal(String(echoed), 'bytes')
      client.terminate()
      const details = { code: 1006, reason: '', wasClean: false }
      const [, user, { code, wasClean }] = (await program.until('close')) as [0, 0, typeof details]
      assert.deepEqual([user, code, wasClean], ['eve', 1006, false])
    })

    test('answers no subprotocol where none was agreed on', deadline, async (t) => {
      const { ws } = await served(t, runtime)
      const socket = await connect(`${ws}?user=ada`, { protocols: [] })
      assert.equal(socket.protocol, '')
      const offering = new WebSocket(`${ws}?user=ada`, ['foreign'])
      const [error] = (await once(offering, 'error')) as [Error]
      assert.match(error.message, /Server sent no subprotocol/)
    })

    test('judges the handshake as serve does', deadline, async (t) => {
      const { program, http, ws } = await served(t, runtime)
      const refused = async (url: string, headers = {}): Promise<[number | undefined, string]> => {
        const error = await connect(url, { headers }).then(
          () => assert.fail('it was accepted'),
          (failure: unknown) => failure as { status?: number; body?: string },
        )
        return [error.status, error.body ?? '']
      }
      assert.deepEqual(await refused(ws), [401, 'who are you?'])
      const [status, body] = await refused(`${ws}?user=a`, { Origin: 'https://evil.example' })
      assert.deepEqual([status, /origin/i.test(body)], [403, true])
      const rebound = new WebSocket(`${ws}?user=a`, { headers: { Host: 'evil.example' } })
      rebound.on('error', () => {})
      const [, answer] = (await once(rebound, 'unexpected-response')) as [0, IncomingMessage]
      assert.equal(answer.statusCode, 421)
      rebound.terminate()
      assert.deepEqual(await refused(`${http.replace('http', 'ws')}elsewhere`), [
        404,
        'there is nothing at this path\n',
      ])
      const [failed] = await refused(`${ws}?fails`)
      assert.equal(failed, 500)
      assert.deepEqual(await program.until('error'), ['error', null, 'of the program'])
      const sameOrigin = { headers: { Origin: new URL(http).origin } }
      await (await connect(`${ws}?user=a`, sameOrigin)).close()
    })

    test('gives an upgrade handler the time of a handshake', deadline, async (t) => {
      const { ws } = await served(t, runtime, { limits: { handshakeTimeout: 50 } })
      await assert.rejects(connect(`${ws}?never`), { status: 503 })
    })

    test('answers ordinary HTTP, to its own names only', deadline, async (t) => {
      const { http } = await served(t, runtime)
      assert.equal(await (await fetch(`${http}x`)).text(), 'plain /x')
      const { port } = new URL(http)
      const { status } = await fetch(`http://localhost:${port}/`)
      assert.equal(status, 200)
    })

    test('keeps what a handler throws to its own socket', deadline, async (t) => {
      const { program, ws } = await served(t, runtime)
      const other = await join(ws, 'other')
      for (const how of ['throw', 'reject']) {
        const ada = await join(ws, 'ada')
        ada.socket.send(how)
        assert.deepEqual(await program.until('error'), ['error', 'ada', 'of the program'])
        assert.equal((await ending(ada.socket))[0], 1011)
      }
      other.socket.send(Uint8Array.of(1))
      assert.deepEqual(await other.next(), Uint8Array.of(1))
    })

    test('takes no message over the limit', deadline, async (t) => {
      const { program, ws } = await served(t, runtime, { limits: { message: 100 } })
      const { socket, next } = await join(ws, 'ada')
      socket.send(new Uint8Array(100))
      assert.equal(((await next()) as Uint8Array).length, 100)
      socket.send('é'.repeat(51))
      const { code } = await socket.closed
      assert.equal(code, 1009)
      await program.until('close')
    })

    test('gives up a client that reads too slowly', deadline, async (t) => {
      const { program, ws } = await served(t, runtime, { limits: { buffered: 200_000 } })
      const socket = await connect(`${ws}?user=ada`, { message() {} })
      socket.send('flood')
      socket.pause()
      // Bun closes while it sends, Deno when what waits has been read.
      const told = [(await program.until('open'))[0], (await program.next())[0]]
      socket.resume()
      told.push((await program.next())[0])
      assert.deepEqual(new Set(told), new Set(['close', 'flood', 'open']))
      assert.notEqual((await socket.closed).code, 1000)
    })

    test('drops what is too much where it is told to', deadline, async (t) => {
      const options = { limits: { buffered: 200_000 }, slowConsumer: 'drop-newest' }
      const { program, ws } = await served(t, runtime, options)
      const socket = await connect(`${ws}?user=ada`, { message() {} })
      socket.send('flood')
      const [, results] = await program.until('flood')
      assert.ok((results as string[]).includes('dropped'), String(results))
      await socket.close()
      await program.until('close')
    })

    test('speaks TLS', deadline, async (t) => {
      const [cert, key] = ['cert', 'key'].map((kind) =>
        readFileSync(`test/node/fixtures/localhost.${kind}.pem`, 'utf8'),
      )
      const { http, ws } = await served(t, runtime, { tls: { cert, key } })
      assert.match(http, /^https:/)
      const tls = { rejectUnauthorized: false }
      const socket = await connect(`${ws}?user=ada`, { tls })
      socket.send(Uint8Array.of(1))
      for await (const message of socket) {
        assert.deepEqual(message, Uint8Array.of(1))
        break
      }
      await socket.close()
    })

    test('closes everything, and lets nobody in any more', deadline, async (t) => {
      const { program, ws } = await served(t, runtime)
      const ada = await join(ws, 'ada')
      ada.socket.send('stop')
      assert.deepEqual(await ending(ada.socket), [1001, ''])
      assert.deepEqual(await program.until('stopped'), ['stopped'])
      await assert.rejects(connect(`${ws}?user=late`), { code: 'ERR_CONNECT_REFUSED' })
    })
  })
}

suite('where a runtime has no means for an option', deadline, () => {
  for (const [runtime, options, option, value] of [
    ['bun', { admission: {} }, 'name', 'admission'],
    ['deno', { drains: true }, 'name', 'drain'],
    ['deno', { deflate: true }, 'name', 'deflate'],
    ['bun', { limits: { fragments: 10 } }, 'name', 'limits.fragments'],
    ['bun', { heartbeat: { interval: 2 ** 30 } }, 'heartbeat.interval', 2 ** 30],
    ['deno', { origins: 7 }, 'origins', 7],
    ['deno', { hosts: 'name' }, 'hosts', 'name'],
    ['bun', { slowConsumer: 'keep-latest' }, 'slowConsumer', 'keep-latest'],
  ] as const) {
    test(`it throws: ${runtime}, ${JSON.stringify(options)}`, deadline, async (t) => {
      const program = started(t, runtime, options)
      assert.deepEqual(await program.next(), ['refused', 'ERR_OPTION', option, value])
    })
  }

  test('Bun compresses when it is told to', deadline, async (t) => {
    const { ws } = await served(t, 'bun', { deflate: true })
    const socket = await connect(`${ws}?user=ada`, { deflate: true })
    assert.match(socket.extensions, /^permessage-deflate/)
    const bytes = new Uint8Array(10_000).fill(7)
    socket.send(bytes)
    for await (const message of socket) {
      assert.deepEqual(message, bytes)
      break
    }
    await socket.close()
  })

  test('Bun tells of what has drained', deadline, async (t) => {
    const { program, ws } = await served(t, 'bun', { drains: true, limits: { buffered: 2 ** 30 } })
    const socket = await connect(`${ws}?user=ada`, { message() {} })
    socket.send('flood')
    const [, results] = await program.until('flood')
    assert.ok((results as string[]).includes('buffered'))
    assert.deepEqual((await program.until('drain')).length, 2)
  })
})

test('on another runtime there is an error that says so', async () => {
  for (const name of ['bun', 'deno'] as const) {
    const { serve } = (await import(`../../dist/runtimes/${name}.js`)) as {
      serve: () => Promise<unknown>
    }
    await assert.rejects(serve(), { code: 'ERR_RUNTIME' })
  }
})
