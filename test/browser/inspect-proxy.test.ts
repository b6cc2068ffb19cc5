import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startProxy } from '../../dist/node/inspector/index.js'
import { peers } from '../conformance/peers.ts'
import { browser } from './chromium.ts'
import { relayTo } from './relay.ts'

/** Sends messages of many sizes from a page, the last ones all at once. @returns Those that came back changed. */
async function echoes(url: string): Promise<{ count: number; wrong: number; close: object }> {
  const context = await (await browser()).newContext()
  try {
    const page = await context.newPage()
    return await page.evaluate(async (to) => {
      const socket = new WebSocket(to)
      socket.binaryType = 'arraybuffer'
      await new Promise((resolve, reject) => {
        socket.addEventListener('open', resolve)
        socket.addEventListener('error', reject)
      })
      const bytes = (length: number): Uint8Array<ArrayBuffer> =>
        Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255)
      const messages = [
        ...[0, 1, 125, 126, 65_535, 65_536, 300_000].map((length) => 'é'.repeat(length)),
        ...[0, 1, 125, 126, 65_535, 65_536, 1_000_000].map(bytes),
        ...Array.from({ length: 300 }, (_, at) => `message ${at}`),
        ...Array.from({ length: 16 }, () => bytes(1 << 19)),
      ]
      let count = 0
      let wrong = 0
      const done = new Promise<void>((resolve) => {
        socket.addEventListener('message', ({ data }: MessageEvent<string | ArrayBuffer>) => {
          const sent = messages[count++]!
          const same =
            typeof data === 'string'
              ? data === sent
              : typeof sent !== 'string' &&
                data.byteLength === sent.length &&
                new Uint8Array(data).every((byte, at) => byte === sent[at])
          if (!same) wrong++
          if (count === messages.length) resolve()
        })
      })
      for (const message of messages) socket.send(message)
      await done
      const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
      socket.close(3000, 'done')
      const { code, wasClean } = await closed
      return { count, wrong, close: { code, wasClean } }
    }, url)
  } finally {
    await context.close()
  }
}

suite('between Chromium and', () => {
  for (const name of ['ws', 'Bun', 'Python websockets']) {
    const peer = peers.find((one) => one.name.startsWith(name))!
    test(`${name} the proxy changes no byte, either way`, { timeout: 120_000 }, async (t) => {
      const server = await peer.serve()
      t.after(() => server.close())
      // One ear on either side of the proxy.
      const behind = await relayTo(server.url.href.replace('ws', 'http'))
      t.after(() => behind.close())
      const proxy = await startProxy(behind.url, { payload: 1 << 20 })
      t.after(() => proxy.close())
      const before = await relayTo(proxy.url.replace('ws', 'http'))
      t.after(() => before.close())

      const { count, wrong, close } = await echoes(before.url.replace('http', 'ws'))
      assert.deepEqual([count, wrong], [330, 0])
      assert.deepEqual(close, { code: 3000, wasClean: true })
      const [one, other] = [before.connections[0]!, behind.connections[0]!]
      assert.ok(one.fromClient.length > 10_000)
      assert.ok(one.fromClient.equals(other.fromClient))
      assert.ok(one.fromServer.equals(other.fromServer))

      const { recording } = proxy.inspector
      const [connection] = recording.connections
      assert.equal(connection?.transmitted.messages, 330)
      assert.equal(connection?.received.messages, 330)
      assert.equal(connection?.transmitted.messageBytes, connection?.received.messageBytes)
      assert.ok(recording.usage.bytes <= recording.limits.bytes)
    })
  }
})
