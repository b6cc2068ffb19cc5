import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test } from 'node:test'
import type { ServerOptions } from '../../dist/node/index.js'
import { calls, closePayload, frame, opcodes, opened, served } from './raw-client.ts'

const boom = new Error('boom')

const ways: Readonly<Record<string, () => unknown>> = {
  throws() {
    throw boom
  },
  rejects: () => Promise.reject(boom),
  'rejects in its own way': () => ({
    // oxlint-disable-next-line unicorn/no-thenable
    then: (_: unknown, reject: (error: Error) => void) => reject(boom),
  }),
}

/** What the client does to have a handler called. */
const causes: Readonly<Record<string, Buffer>> = {
  open: Buffer.alloc(0),
  message: frame(opcodes.text, 'go'),
  ping: frame(opcodes.ping),
  pong: frame(opcodes.pong),
}

describe('a handler that fails closes its own socket with 1011 and no other', () => {
  for (const [name, bytes] of Object.entries(causes)) {
    for (const [way, handler] of Object.entries(ways)) {
      test(`${name} ${way}`, async (t) => {
        const errors = calls<unknown>()
        const bystanders = calls<unknown>()
        let first = true
        const server = await served(t, {
          [name]: () => {
            if (!first) return bystanders.note(undefined)
            first = false
            return handler()
          },
          error: (socket, error) => errors.note([socket, error]),
        })
        const client = await opened(t, server)
        const [socket] = server.sockets
        client.write(bytes)
        if (name === 'ping') assert.equal((await client.frame()).opcode, opcodes.pong)
        assert.deepEqual(await client.closeFrame(), { code: 1011, reason: '' })
        assert.deepEqual(errors.all, [[socket, boom]])
        const bystander = await opened(t, server)
        bystander.write(bytes)
        await bystanders.next()
        await client.close(1011)
        await bystander.close()
      })
    }
  }

  for (const [way, handler] of Object.entries(ways)) {
    test(`close ${way}: there is nothing left to close`, async (t) => {
      const errors = calls<unknown>()
      const server = await served(t, {
        close: handler,
        error: (socket, error) => errors.note([socket?.readyState, error]),
      })
      await (await opened(t, server)).close()
      assert.deepEqual(await errors.next(), [3, boom])
      assert.equal(server.sockets.size, 0)
    })

    test(`error ${way}: it is printed`, async (t) => {
      const printed = t.mock.method(console, 'error', () => {})
      const server = await served(t, {
        message: () => assert.fail('a failure to report'),
        error: handler,
      })
      const client = await opened(t, server)
      client.write(frame(opcodes.text))
      assert.equal((await client.closeFrame()).code, 1011)
      await setImmediate()
      const [call] = printed.mock.calls
      assert.deepEqual(call!.arguments, ['tidewire: the error handler failed:', boom])
    })
  }

  test('messages behind the failure are still delivered, as the socket is only closing', async (t) => {
    const messages = calls<unknown>()
    const server = await served(t, {
      message(_, message) {
        messages.note(message)
        if (message === 'bad') throw boom
      },
      error: () => {},
    })
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'bad'), frame(opcodes.text, 'good'))
    client.write(frame(opcodes.close, closePayload(1000)))
    await client.gone()
    assert.deepEqual(messages.all, ['bad', 'good'])
  })

  test('handlers are methods of the options', async (t) => {
    const seen = calls<unknown>()
    const options: ServerOptions = {
      message() {
        seen.note(this)
      },
    }
    const server = await served(t, Object.assign(options, { error: () => {} }))
    ;(await opened(t, server)).write(frame(opcodes.text))
    assert.ok(await seen.next())
  })
})
