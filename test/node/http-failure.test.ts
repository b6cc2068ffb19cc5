import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { describe, test, type TestContext } from 'node:test'
import type { ServeOptions } from '../../dist/node/index.js'
import { type Calls, calls, rawClient, served } from './raw-client.ts'

const get = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
const boom = new Error('boom')

/** Unhandled rejections of this process, which would end it. */
function unhandled(t: TestContext): unknown[] {
  const all: unknown[] = []
  const note = (error: unknown): void => void all.push(error)
  process.on('unhandledRejection', note)
  t.after(() => process.off('unhandledRejection', note))
  return all
}

function reporting(): { errors: Calls<unknown>; error: NonNullable<ServeOptions['error']> } {
  const errors = calls<unknown>()
  return { errors, error: (_, error) => errors.note(error) }
}

describe('a request handler that fails', () => {
  const failures: [what: string, request: NonNullable<ServeOptions['request']>][] = [
    ['throws', () => assert.fail('boom')],
    ['rejects', () => Promise.reject(boom)],
    ['returns no Response', () => 'text' as never],
    ['returns a Response whose body is used up', usedUp],
    ['returns an error Response', () => Response.error()],
  ]
  for (const [what, request] of failures) {
    test(`because it ${what} is answered with 500 and reported`, async (t) => {
      const { errors, error } = reporting()
      const server = await served(t, { request, error })
      const client = rawClient(t, server)
      for (let i = 1; i <= 2; i++) {
        client.write(get)
        const answer = await client.answer()
        assert.equal(answer.status, 500)
        assert.equal(answer.body, 'the server failed while it answered this request\n')
        assert.equal(errors.all.length, i)
      }
    })
  }

  test('cuts the response off when it has begun, and is reported', async (t) => {
    const { errors, error } = reporting()
    const body = (): ReadableStream => {
      let count = 0
      return new ReadableStream({
        pull(controller) {
          if (count++ === 0) controller.enqueue(Buffer.from('begun'))
          else controller.error(boom)
        },
      })
    }
    const server = await served(t, { request: () => new Response(body()), error })
    const client = rawClient(t, server)
    client.write(get)
    await client.gone()
    assert.equal(await errors.next(), boom)
  })

  test('has an error handler that may fail as well', async (t) => {
    const rejections = unhandled(t)
    const printed = t.mock.method(console, 'error', () => {})
    const server = await served(t, {
      request: () => Promise.reject(boom),
      async error() {
        throw new Error('worse')
      },
    })
    assert.equal((await fetch(server.url)).status, 500)
    await setImmediate()
    assert.deepEqual(rejections, [])
    assert.match(String(printed.mock.calls[0]!.arguments[0]), /the error handler failed/)
  })

  test('is printed when there is no error handler', async (t) => {
    const printed = t.mock.method(console, 'error', () => {})
    const server = await served(t, { request: () => Promise.reject(boom), error: undefined! })
    assert.equal((await fetch(server.url)).status, 500)
    assert.deepEqual(printed.mock.calls[0]!.arguments, ['tidewire: a handler failed:', boom])
  })
})

describe('a client that goes away', () => {
  test('in the middle of a stream stops the stream, which is no error', async (t) => {
    const rejections = unhandled(t)
    const cancelled = calls<void>()
    const body = (): ReadableStream =>
      new ReadableStream({
        pull: (controller) => controller.enqueue(Buffer.alloc(65_536)),
        cancel: () => cancelled.note(),
      })
    const server = await served(t, { request: () => new Response(body()) })
    for (const how of ['destroy', 'resetAndDestroy'] as const) {
      const client = rawClient(t, server)
      client.write(get)
      await client.head()
      client.socket[how]()
      await cancelled.next()
    }
    assert.deepEqual(rejections, [])
  })

  test('before its answer is one stops the stream as well', async (t) => {
    const rejections = unhandled(t)
    const [asked, cancelled] = [calls<void>(), calls<void>()]
    const body = (): ReadableStream => new ReadableStream({ cancel: () => cancelled.note() })
    const server = await served(t, {
      async request({ signal }) {
        const gone = new Promise((resolve) => signal.addEventListener('abort', resolve))
        asked.note()
        await gone
        return new Response(body())
      },
    })
    const client = rawClient(t, server)
    client.write(get)
    await asked.next()
    client.socket.destroy()
    await cancelled.next()
    assert.deepEqual(rejections, [])
  })

  test('while the handler fails ends nothing but itself', async (t) => {
    const rejections = unhandled(t)
    const asked = calls<void>()
    const failed = calls<void>()
    const server = await served(t, {
      async request({ signal, path }) {
        if (path === '/fine') return new Response('fine')
        const gone = new Promise((resolve) => signal.addEventListener('abort', resolve))
        asked.note()
        await gone
        failed.note()
        throw boom
      },
    })
    const client = rawClient(t, server)
    client.write(get)
    await asked.next()
    client.socket.resetAndDestroy()
    await failed.next()
    assert.equal(await (await fetch(new URL('/fine', server.url))).text(), 'fine')
    assert.deepEqual(rejections, [])
  })
})

async function usedUp(): Promise<Response> {
  const response = new Response('once')
  await response.text()
  return response
}
