import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { connect } from '../../dist/node/connect.js'
import { echoPeer, listen, nothingOpen, rawPeer, rejection } from './peers.ts'

describe('the signal of a connect', () => {
  test('that is aborted before makes it reject at once, and opens nothing', async () => {
    const reason = new Error('changed my mind')
    let lookups = 0
    const connecting = connect('ws://chat.example', {
      signal: AbortSignal.abort(reason),
      lookup: () => lookups++,
    })
    assert.equal(await rejection(connecting), reason)
    assert.equal(lookups, 0)
  })

  test('that is aborted during the look-up', async () => {
    const controller = new AbortController()
    const connecting = connect('ws://chat.example', {
      signal: controller.signal,
      lookup: () => queueMicrotask(() => controller.abort()),
    })
    assert.equal((await rejection(connecting)).name, 'AbortError')
  })

  test('that is aborted while TCP connects', async (t) => {
    const port = await listen(t, createServer())
    const controller = new AbortController()
    const connecting = connect(`ws://127.0.0.1:${port}`, { signal: controller.signal })
    controller.abort('no')
    assert.equal(await connecting.catch((error: unknown) => error), 'no')
  })

  for (const scheme of ['ws', 'wss']) {
    test(`that is aborted while ${scheme} waits for an answer`, async (t) => {
      const server = createServer()
      const port = await listen(t, server)
      const controller = new AbortController()
      const connecting = connect(`${scheme}://127.0.0.1:${port}`, { signal: controller.signal })
      const [peer] = (await once(server, 'connection')) as [Socket]
      await once(peer, 'data')
      controller.abort()
      assert.equal((await rejection(connecting)).name, 'AbortError')
      await once(peer.resume(), 'close')
      await nothingOpen()
    })
  }

  test('that is aborted while the content of a refusal comes', async (t) => {
    const controller = new AbortController()
    const url = await rawPeer(t, (socket) => {
      socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nno', () => {
        void setImmediate().then(() => controller.abort())
      })
    })
    const error = await rejection(connect(url, { signal: controller.signal }))
    assert.equal(error.name, 'AbortError')
  })

  test('means nothing once it is open, and keeps no listener', async (t) => {
    const controller = new AbortController()
    const { signal } = controller
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    signal.addEventListener = (...parameters: Parameters<typeof add>) => {
      listeners++
      add(...parameters)
    }
    signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
      listeners--
      remove(...parameters)
    }
    const socket = await connect(await echoPeer(t), { signal })
    assert.equal(listeners, 0)
    controller.abort()
    socket.send('still here')
    assert.equal((await socket[Symbol.asyncIterator]().next()).value, 'still here')
    await socket.close()
  })

  test('that is aborted in the very turn in which it opens comes too late', async (t) => {
    const controller = new AbortController()
    const { signal } = controller
    signal.removeEventListener = () => controller.abort()
    const socket = await connect(await echoPeer(t), { signal })
    socket.send('still here')
    assert.equal((await socket[Symbol.asyncIterator]().next()).value, 'still here')
    await socket.close()
  })

  test('is not needed for a failure to leave nothing open', async (t) => {
    const urls = [
      await rawPeer(t, (socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\nno')),
      await rawPeer(t, (socket) => socket.end()),
      await rawPeer(t, (socket) => socket.once('end', () => socket.end())),
    ]
    const limits = { handshakeTimeout: 50 }
    await Promise.all(urls.map((url) => rejection(connect(url, { limits }))))
    await nothingOpen()
  })
})
