import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test, type TestContext } from 'node:test'
import { connect, WebSocket } from '../../dist/node/index.js'
import { calls, frame, opcodes, opened, rawClient, served, upgradeHead } from './raw-client.ts'

interface Told {
  readonly socket?: unknown
  readonly request?: unknown
  readonly direction?: string
  readonly message?: unknown
  readonly frame?: { readonly opcode: number; readonly length: number; readonly masked: boolean }
  readonly outcome?: { readonly code: number }
  readonly code?: string
  readonly error?: unknown
}

/** What a channel is told while the test runs. */
function listen(t: TestContext, name: string): Told[] {
  const told: Told[] = []
  const listener = (message: unknown): void => void told.push(message as Told)
  subscribe(`tidewire:${name}`, listener)
  t.after(() => unsubscribe(`tidewire:${name}`, listener))
  return told
}

test('a connection is told of from its handshake to its close', async (t) => {
  const [connections, messages, frames, closes] = ['connection', 'message', 'frame', 'close'].map(
    (name) => listen(t, name),
  ) as [Told[], Told[], Told[], Told[]]
  const closed = calls<void>()
  const server = await served(t, {
    message: (socket, message) => void socket.send(message),
    close: () => closed.note(),
  })
  const client = await opened(t, server)
  const [socket] = server.sockets
  client.write(frame(opcodes.text, 'Hel', false), frame(opcodes.more, 'lo'))
  await client.text()
  await client.close(4000)
  await closed.next()

  assert.equal(connections.length, 1)
  assert.equal(connections[0]!.socket, socket)
  assert.ok(connections[0]!.request)
  assert.deepEqual(
    messages.map(({ direction, message }) => [direction, message]),
    [
      ['receive', 'Hello'],
      ['transmit', 'Hello'],
    ],
  )
  assert.deepEqual(
    frames.map((told) => [
      told.direction,
      told.frame!.opcode,
      told.frame!.length,
      told.frame!.masked,
    ]),
    [
      ['receive', 1, 3, true],
      ['receive', 0, 2, true],
      ['transmit', 1, 5, false],
      ['receive', 8, 2, true],
      ['transmit', 8, 2, false],
    ],
  )
  assert.deepEqual(
    closes.map(({ outcome }) => outcome!.code),
    [4000],
  )
  for (const told of [messages, frames, closes].flat()) assert.equal(told.socket, socket)
})

test('so are those of clients, and messages that are published', async (t) => {
  const server = await served(t, {
    open: (socket) => socket.subscribe('all'),
  })
  const [connections, messages] = ['connection', 'message'].map((name) => listen(t, name)) as [
    Told[],
    Told[],
  ]
  const url = server.url.replace('http', 'ws')
  const received = calls<unknown>()
  const one = await connect(url, { message: (_, message) => received.note(message) })
  const another = new WebSocket(url)
  const heard = new Promise((resolve) => another.addEventListener('message', resolve))
  await new Promise((resolve) => another.addEventListener('open', resolve))
  server.publish('all', 'news')
  await Promise.all([received.next(), heard])
  assert.equal(connections.length, 4)
  assert.ok(connections.some(({ socket }) => socket === one))
  assert.ok(connections.some(({ socket }) => socket === another))
  assert.equal(messages.filter(({ direction }) => direction === 'transmit').length, 2)
  assert.equal(messages.filter(({ direction }) => direction === 'receive').length, 2)
  another.close()
  await one.close()
})

test('a limit is told of by its name, and whom it hit', async (t) => {
  const limits = listen(t, 'limit')
  const closed = calls<void>()
  const server = await served(t, {
    limits: { message: 10 },
    admission: { connections: 1 },
    close: () => closed.note(),
  })
  const client = await opened(t, server)
  const full = rawClient(t, server)
  full.write(upgradeHead())
  await full.answer()
  client.write(frame(opcodes.text, 'x'.repeat(11)))
  await client.closeFrame()
  client.socket.end()
  await closed.next()
  assert.deepEqual(
    limits.map(({ code, socket, request }) => [code, socket !== undefined, request !== undefined]),
    [
      ['ERR_LIMIT_CONNECTIONS', false, true],
      ['ERR_LIMIT_MESSAGE', true, false],
    ],
  )
})

test('a handler that fails is told of', async (t) => {
  const errors = listen(t, 'error')
  const failed = calls<unknown>()
  const oops = new Error('oops')
  const server = await served(t, {
    message: () => {
      throw oops
    },
    error: (_, error) => failed.note(error),
  })
  const client = await opened(t, server)
  client.write(frame(opcodes.text, ''))
  await failed.next()
  assert.deepEqual(
    errors.map(({ error, socket }) => [error, socket !== undefined]),
    [[oops, true]],
  )
})
