import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { type RawClient, closePayload, frame, opcodes } from '../../raw-client.ts'
import { Page } from '../page.ts'
import { upgraded } from './proxied.ts'

interface Scene {
  readonly client: RawClient
  readonly server: RawClient
  /** Asks for something to be done to the connection. */
  readonly ask: (request: object) => Promise<void>
  readonly page: Page
}

async function scene(t: TestContext): Promise<Scene> {
  const { proxy, client, server } = await upgraded(t)
  const page = await Page.open(t, proxy.inspector.url)
  await page.sees(({ connections }) => connections.get(0))
  const ask = async (request: object): Promise<void> => {
    const reply = await page.ask({ connection: 0, ...request })
    assert.ok('done' in reply, JSON.stringify(reply))
  }
  return { client, server, ask, page }
}

const text = (payload: string, fin = true): Buffer =>
  Buffer.concat([Buffer.of(fin ? 0x81 : 0x01, payload.length), Buffer.from(payload)])

/** A frame that came masked, unmasked. */
async function maskedFrame(server: RawClient): Promise<{ opcode: number; payload: string }> {
  const [first, second] = await server.bytes(2)
  assert.ok(second! >= 0x80, 'what goes to a server is masked')
  const key = await server.bytes(4)
  const payload = await server.bytes(second! & 0x7f)
  return { opcode: first! & 15, payload: payload.map((byte, at) => byte ^ key[at & 3]!).toString() }
}

suite('a connection through a proxy can be', () => {
  test('sent messages and pings, to either side', async (t) => {
    const { client, server, ask, page } = await scene(t)
    await ask({ ask: 'send', to: 'client', opcode: 'text', data: 'to the client' })
    assert.equal(await client.text(), 'to the client')
    await ask({ ask: 'send', to: 'server', opcode: 'text', data: 'to the server' })
    assert.deepEqual(await maskedFrame(server), { opcode: 1, payload: 'to the server' })
    await ask({ ask: 'send', to: 'server', opcode: 'ping', data: 'cGluZw==' })
    assert.deepEqual(await maskedFrame(server), { opcode: 9, payload: 'ping' })
    await page.sees(({ rows }) => rows.length === 3)
    assert.equal(page.rows[1]!.preview, 'to the server')
  })

  test('sent something only where it fits between frames and messages', async (t) => {
    const { client, server, ask } = await scene(t)
    const begun = text('a fragmented', false)
    const rest = Buffer.concat([Buffer.of(0x80, 8), Buffer.from(' message')])
    server.write(begun.subarray(0, 5))
    await client.bytes(5)
    await ask({ ask: 'send', to: 'client', opcode: 'text', data: 'data' })
    await ask({ ask: 'send', to: 'client', opcode: 'ping', data: '' })
    server.write(begun.subarray(5))
    assert.equal((await client.bytes(begun.length - 5)).toString(), begun.toString('utf8', 5))
    server.write(rest)
    const order = [await client.frame(), await client.frame(), await client.frame()]
    assert.deepEqual(
      order.map(({ opcode, payload }) => [opcode, payload.toString()]),
      [
        [0, ' message'],
        [1, 'data'],
        [9, ''],
      ],
    )
  })

  test('slowed down, and goes on when that is over', async (t) => {
    const { client, server, ask, page } = await scene(t)
    const fault = { kind: 'delay', milliseconds: 600_000 }
    await ask({ ask: 'fault', to: 'client', fault })
    server.write(text('late'))
    await page.sees(({ connections }) => connections.get(0)!.flow.bufferedAmount === 6)
    const seen = await page.sees(({ connections }) => connections.get(0)!.faults[0])
    assert.deepEqual([seen.to, seen.fault], ['client', fault])
    assert.equal(client.pending.length, 0)
    await ask({ ask: 'fault', to: 'client', fault: { kind: 'none' } })
    assert.equal(await client.text(), 'late')
    await ask({ ask: 'fault', to: 'client', fault: { kind: 'delay', milliseconds: 1 } })
    server.write(text('soon'), text('after'))
    assert.deepEqual([await client.text(), await client.text()], ['soon', 'after'])
  })

  test('robbed of frames, and of no others', async (t) => {
    const { client, server, ask } = await scene(t)
    await ask({ ask: 'fault', to: 'client', fault: { kind: 'drop', frames: 2 } })
    const bytes = Buffer.concat(['one', 'two', 'three', 'four'].map((word) => text(word)))
    server.write(bytes.subarray(0, 7))
    server.write(bytes.subarray(7))
    assert.deepEqual([await client.text(), await client.text()], ['three', 'four'])
    await ask({ ask: 'fault', to: 'server', fault: { kind: 'drop', frames: 1 } })
    client.write(frame(opcodes.text, 'lost'), frame(opcodes.text, 'kept'))
    assert.deepEqual(await maskedFrame(server), { opcode: 1, payload: 'kept' })
  })

  test('left half open, with neither side any the wiser', async (t) => {
    const { client, server, ask } = await scene(t)
    for (const to of ['client', 'server']) {
      await ask({ ask: 'fault', to, fault: { kind: 'half-open' } })
    }
    server.write(text('into the void'))
    server.socket.end()
    client.write(frame(opcodes.text, 'nobody there'))
    client.socket.resetAndDestroy()
    await client.gone()
    // What was swallowed has been, by the time that something else gets through.
    await ask({ ask: 'fault', to: 'server', fault: { kind: 'none' } })
    assert.deepEqual([server.ended, server.closed, server.pending.length], [false, false, 0])
  })

  test('closed with a code, towards one side, which answers the other', async (t) => {
    const { client, server, ask, page } = await scene(t)
    await ask({ ask: 'close', to: 'client', code: 1011, reason: 'tested' })
    assert.deepEqual(await client.closeFrame(), { code: 1011, reason: 'tested' })
    // RFC 6455 §5.5.1: nothing comes behind a close frame.
    server.write(text('too late'))
    client.write(frame(opcodes.close, closePayload(1011)))
    const { opcode } = await maskedFrame(server)
    assert.equal(opcode, opcodes.close)
    assert.equal(client.pending.length, 0)
    server.socket.end()
    client.socket.end()
    const { closed } = await page.sees(({ connections }) => {
      const one = connections.get(0)
      return one?.closed ? one : undefined
    })
    assert.deepEqual([closed!.code, closed!.by, closed!.wasClean], [1011, 'remote', true])
  })

  test('cut off', async (t) => {
    const { client, server, ask } = await scene(t)
    await ask({ ask: 'close', to: 'client', reason: '' })
    await Promise.all([client.gone(), server.gone()])
  })
})

test('what cannot be sent is refused', async (t) => {
  const { page } = await scene(t)
  const one = { connection: 0, to: 'client' }
  const long = Buffer.alloc(126).toString('base64')
  const refusals = [
    [{ ask: 'send', ...one, opcode: 'ping', data: long }, /125 bytes/],
    [{ ask: 'close', ...one, code: 1006, reason: '' }, /1006 cannot be sent/],
    [{ ask: 'close', ...one, code: 1000, reason: 'x'.repeat(124) }, /123 bytes/],
    [{ ask: 'close', ...one, connection: 5, code: 1000, reason: '' }, /closed/],
  ] as const
  for (const [request, about] of refusals) {
    const reply = await page.ask(request)
    assert.ok('error' in reply)
    assert.match(reply.error, about)
  }
})
