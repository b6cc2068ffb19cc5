import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { ConnectionRecord } from '../../dist/inspect/index.js'
import { record } from '../../dist/node/index.js'
import { WebSocket, WebSocketServer } from '../../dist/ws/index.js'

test('connections of tidewire/ws are recorded as well, with their handshake', async (t) => {
  const { recording, stop } = record()
  t.after(stop)
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  t.after(() => server.close())
  await once(server, 'listening')
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  const over = new Promise<void>((resolve) => {
    recording.listen(() => {
      if (recording.connections.filter(({ closed }) => closed).length === 2) resolve()
    })
  })
  const { port } = server.address() as AddressInfo
  const client = new WebSocket(`ws://127.0.0.1:${port}/chat`, ['chat'], { headers: { 'X-A': '1' } })
  await once(client, 'open')
  client.send('hello')
  await once(client, 'message')
  client.close()
  await over
  const field = (one: ConnectionRecord, name: string): string | undefined =>
    one.request?.fields.find(([other]) => other.toLowerCase() === name)?.[1]
  for (const one of recording.connections) {
    assert.equal(one.url, `ws://127.0.0.1:${port}/chat`)
    assert.equal(one.request?.line, 'GET /chat HTTP/1.1')
    assert.equal(field(one, 'sec-websocket-protocol'), 'chat')
    assert.equal(field(one, 'x-a'), '1')
    assert.equal(one.response?.line, 'HTTP/1.1 101 Switching Protocols')
    assert.equal(one.received.messages, 1)
    assert.equal(one.transmitted.messages, 1)
    assert.equal(one.closed?.code, 1005)
  }
  assert.deepEqual(recording.connections.map(({ role }) => role).sort(), ['client', 'server'])
})
