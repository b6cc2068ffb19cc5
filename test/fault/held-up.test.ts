import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { deferred } from '../../dist/node/deferred.js'
import type { ServerSocket } from '../../dist/node/index.js'
import { calls, served } from '../node/raw-client.ts'

/** A client in a thread of its own, which goes on while this one is held up. */
async function clientThread(t: TestContext, url: string): Promise<void> {
  const library = new URL('../../dist/node/index.js', import.meta.url).href
  const source = `
    import { connect } from ${JSON.stringify(library)}
    import { parentPort } from 'node:worker_threads'
    const socket = await connect(${JSON.stringify(url.replace('http', 'ws'))})
    parentPort.postMessage('open')
    for await (const message of socket) socket.send(message)
  `
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`))
  t.after(() => worker.terminate())
  await once(worker, 'message')
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
  await clientThread(t, server.url)
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
