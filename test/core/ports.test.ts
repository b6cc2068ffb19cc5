import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Connection, type Ports, resolveLimits, Slab } from '../../dist/core/index.js'
import { Recorder, testPorts } from '../../dist/testing/index.js'
import { pattern } from './wire.ts'

/** A client or a server with these ports. */
function connected(role: 'client' | 'server', ports: Ports): Connection & { seen: unknown[] } {
  const recorder = new Recorder()
  const limits = resolveLimits()
  const settings = { role, limits, heartbeat: undefined, ports, slab: new Slab() }
  const connection = new Connection(settings, recorder)
  connection.open()
  return Object.assign(connection, { seen: recorder.messages })
}

test('what is there for speed only changes nothing', () => {
  const plain: { -readonly [Port in keyof Ports]: Ports[Port] } = testPorts()
  delete plain.writeUtf8
  delete plain.unmask
  delete plain.allocate
  const messages = ['', 'é', 'x'.repeat(200), '€'.repeat(5000), pattern(65), pattern(200_000)]
  for (const ports of [plain, testPorts()]) {
    const [client, server] = [connected('client', ports), connected('server', ports)]
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      for (const message of messages) {
        from.send(message)
        for (const chunk of from.output.take()) {
          to.receive(chunk.slice(0, 150), true)
          to.receive(chunk.slice(150), true)
        }
      }
      assert.deepEqual(to.seen, messages)
    }
  }
})
