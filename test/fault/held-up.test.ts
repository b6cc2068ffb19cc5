import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { deferred } from '../../dist/node/deferred.js'
import { attach, type CloseOutcome, connect, type ServerSocket } from '../../dist/node/index.js'
import { expectProxyHeaders } from '../../dist/node/proxy-protocol.js'
import {
  type Calls,
  calls,
  closePayload,
  frame,
  opcodes,
  opened,
  RawClient,
  rawClient,
  served,
  upgradeHead,
} from '../node/raw-client.ts'

const library = JSON.stringify(new URL('../../dist/node/index.js', import.meta.url).href)

/** What both threads see: a count of what the other one has done while this one was held up. */
const sharedCount = (): Int32Array => new Int32Array(new SharedArrayBuffer(4))

/**
 * Runs a program in a thread of its own, which goes on while this one is held up, and has `count` as its
 * `workerData`. @returns What it says.
 */
function inThread(t: TestContext, count: Int32Array, source: string): Calls<unknown> {
  const program = `
    import { connect, serve } from ${library}
    import { parentPort, workerData } from 'node:worker_threads'
    function add() {
      Atomics.add(workerData, 0, 1)
      Atomics.notify(workerData, 0)
    }
    ${source}
  `
  const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  const worker = new Worker(url, { workerData: count })
  t.after(() => worker.terminate())
  const said = calls<unknown>()
  worker.on('message', (message) => said.note(message))
  return said
}

/** Holds this thread up, as a long calculation does: for so long, and until `count` is no longer `value`. */
function holdUp(milliseconds: number, count?: Int32Array, value = 0): void {
  const until = performance.now() + milliseconds
  if (count) Atomics.wait(count, 0, value)
  Atomics.wait(sharedCount(), 0, 0, Math.max(0, until - performance.now()))
}

/** Both ends of a TCP connection. */
async function joined(t: TestContext): Promise<[Socket, Socket]> {
  const server = createServer().listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const socket = connectTcp((server.address() as AddressInfo).port, '127.0.0.1')
  const [[other]] = await Promise.all([once(server, 'connection'), once(socket, 'connect')])
  for (const end of [socket, other as Socket]) t.after(() => end.destroy())
  return [socket, other as Socket]
}

test('a server that was held up reads the answers before it judges them missing', async (t) => {
  const sockets = calls<ServerSocket>()
  const server = await served(t, {
    heartbeat: { interval: 10_000, timeout: 200 },
    open: (socket) => sockets.note(socket),
  })
  const answered = sharedCount()
  const client = inThread(
    t,
    answered,
    `await connect(${JSON.stringify(server.url.replace('http', 'ws'))}, {
      // The pong is written at the end of the turn.
      ping: () => setImmediate(add),
      message() {},
    })
    parentPort.postMessage('open')`,
  )
  await client.next()
  const socket = await sockets.next()
  const answer = socket.ping()
  const flushed = deferred<void>()
  setImmediate(flushed.resolve)
  await flushed.promise
  // Past the deadline, and not so far that it is taken for a jump of the clock.
  holdUp(350, answered)
  assert.ok((await answer) >= 200)
  assert.equal(socket.readyState, 1)
})

test('a client that was held up reads the answer before it judges it missing', async (t) => {
  const count = sharedCount()
  const server = inThread(
    t,
    count,
    `const server = await serve({
      upgrade() {
        parentPort.postMessage('asked')
        // Not before the other thread is held up.
        Atomics.wait(workerData, 0, 0)
      },
      // The answer is written in the turn that this is called in.
      open: () => setImmediate(add),
    })
    parentPort.postMessage(server.url.replace('http', 'ws'))`,
  )
  const url = (await server.next()) as string
  const connecting = connect(url, { limits: { handshakeTimeout: 1000 } })
  await server.next()
  Atomics.store(count, 0, 1)
  Atomics.notify(count, 0)
  holdUp(1200, count, 1)
  const socket = await connecting
  await socket.close()
})

// In these, what is written while both ends are connected is in the kernel before `holdUp` begins.
const [deadline, longer] = [1000, 1200]

test('a server that was held up reads a PROXY header before it judges it missing', async (t) => {
  const addressed = calls<Socket>()
  const server = createServer((socket) => addressed.note(socket))
  expectProxyHeaders(server, deadline)
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new RawClient(t, connectTcp(port, '127.0.0.1'))
  await Promise.all([once(server, 'connection'), once(client.socket, 'connect')])
  client.write('PROXY UNKNOWN\r\n')
  holdUp(longer)
  const gone = client.gone().then(() => 'gone')
  const socket = await Promise.race([addressed.next(), gone])
  assert.notEqual(socket, 'gone')
  ;(socket as Socket).end('still here')
  await gone
  assert.equal(client.pending.toString(), 'still here')
})

test('a server that was held up reads the challenge of hixie-76 before it judges it missing', async (t) => {
  const httpServer = createHttpServer().listen(0, '127.0.0.1')
  t.after(() => httpServer.close())
  await once(httpServer, 'listening')
  const limits = { handshakeTimeout: deadline }
  const server = attach(httpServer, { legacy: true, limits })
  t.after(() => server.close({ timeout: 0 }))
  const { port } = httpServer.address() as AddressInfo
  const client = new RawClient(t, connectTcp(port, '127.0.0.1'))
  client.write(
    upgradeHead({
      'Sec-WebSocket-Version': undefined,
      'Sec-WebSocket-Key': undefined,
      'Sec-WebSocket-Key1': '4 @1  46546xW%0l 1 5',
      'Sec-WebSocket-Key2': '12998 5 Y3 1  .P00',
      Origin: 'http://example.localhost',
    }),
  )
  await once(httpServer, 'upgrade')
  client.write('^n:ds[4U')
  holdUp(longer)
  assert.match(await client.head(), /^HTTP\/1\.1 101 /)
})

test('a server that was held up reads what its upgrade handler waits for before it gives up', async (t) => {
  const [database, other] = await joined(t)
  const asked = deferred<void>()
  const server = await served(t, {
    limits: { handshakeTimeout: deadline },
    async upgrade() {
      // The time for it begins when the handler has returned its promise.
      setImmediate(asked.resolve)
      await once(database, 'data')
    },
  })
  const client = rawClient(t, server)
  client.write(upgradeHead())
  await asked.promise
  other.write('yes')
  holdUp(longer)
  assert.match(await client.head(), /^HTTP\/1\.1 101 /)
})

test('a server that was held up reads the answers to its close before it judges them missing', async (t) => {
  const outcomes = calls<CloseOutcome>()
  const server = await served(t, { close: (_, outcome) => outcomes.note(outcome) })
  const client = await opened(t, server)
  const closed = server.close({ timeout: deadline })
  await client.closeFrame()
  client.write(frame(opcodes.close, closePayload(1001)))
  holdUp(longer)
  await closed
  assert.equal((await outcomes.next()).wasClean, true)
})

test('a client that was held up reads what a refusal says before it reports it', async (t) => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  t.after(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const accepted = once(server, 'connection')
  const connecting = connect(`ws://127.0.0.1:${port}`, { limits: { handshakeTimeout: deadline } })
  const refused = assert.rejects(connecting, /not today/)
  const [socket] = (await accepted) as [Socket]
  t.after(() => socket.destroy())
  await once(socket, 'data')
  socket.write('HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nnot')
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  socket.write(' today')
  holdUp(longer)
  await refused
})
