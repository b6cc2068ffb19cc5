import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { deferred } from '../../dist/node/deferred.js'
import { connect, type ServerSocket } from '../../dist/node/index.js'
import { type Calls, calls, served } from '../node/raw-client.ts'

const library = JSON.stringify(new URL('../../dist/node/index.js', import.meta.url).href)

/** Runs a program in a thread of its own, which goes on while this one is held up. @returns What it says. */
function inThread(t: TestContext, source: string): Calls<unknown> {
  const program = `
    import { connect, serve } from ${library}
    import { parentPort } from 'node:worker_threads'
    ${source}
  `
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`))
  t.after(() => worker.terminate())
  const said = calls<unknown>()
  worker.on('message', (message) => said.note(message))
  return said
}

/** Holds this thread up, as a long calculation does. */
function holdUp(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

test('a server that was held up reads the answers before it judges them missing', async (t) => {
  const sockets = calls<ServerSocket>()
  const server = await served(t, {
    heartbeat: { interval: 10_000, timeout: 200 },
    open: (socket) => sockets.note(socket),
  })
  const client = inThread(
    t,
    `const socket = await connect(${JSON.stringify(server.url.replace('http', 'ws'))})
    parentPort.postMessage('open')
    for await (const message of socket) socket.send(message)`,
  )
  await client.next()
  const socket = await sockets.next()
  const answer = socket.ping()
  const flushed = deferred<void>()
  setImmediate(flushed.resolve)
  await flushed.promise
  // Past the deadline, and not so far that it is taken for a jump of the clock.
  holdUp(350)
  assert.ok((await answer) >= 200)
  assert.equal(socket.readyState, 1)
})

test('a client that was held up reads the answer before it judges it missing', async (t) => {
  const server = inThread(
    t,
    `const server = await serve({
      upgrade() {
        parentPort.postMessage('asked')
        return new Promise((resolve) => setTimeout(resolve, 100))
      },
    })
    parentPort.postMessage(server.url.replace('http', 'ws'))`,
  )
  const url = (await server.next()) as string
  const connecting = connect(url, { limits: { handshakeTimeout: 1000 } })
  // Asked, and not answered yet.
  await server.next()
  holdUp(1200)
  const socket = await connecting
  await socket.close()
})
