import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { type CloseOutcome, observeMetrics } from '../../dist/node/index.js'
import { calls, frame, opcodes, opened, rawClient, served, upgradeHead } from './raw-client.ts'

describe("a server's metrics", () => {
  test('count what came, what was sent and what was refused', async (t) => {
    const closed = calls<CloseOutcome>()
    const server = await served(t, {
      limits: { message: 100 },
      upgrade: ({ path }) => (path === '/no' ? new Response(null, { status: 401 }) : undefined),
      open: (socket) => socket.subscribe('all'),
      message: (socket, message) => void socket.send(message),
      close: (_, outcome) => closed.note(outcome),
    })
    const nothing = server.metrics
    assert.deepEqual(nothing.connections, { active: 0, opened: 0 })
    assert.deepEqual(nothing.messages, { received: 0, sent: 0, dropped: 0 })
    assert.deepEqual([nothing.closes, nothing.refusals, nothing.limits], [{}, {}, {}])

    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'Hello'), frame(opcodes.ping, ''))
    assert.equal(await client.text(), 'Hello')
    assert.equal((await client.frame()).opcode, opcodes.pong)
    server.publish('all', 'news')
    assert.equal(await client.text(), 'news')
    const now = server.metrics
    assert.deepEqual(now.connections, { active: 1, opened: 1 })
    assert.deepEqual(now.messages, { received: 1, sent: 2, dropped: 0 })
    // A masked frame of 11 bytes and a ping of 6; a frame of 7, a pong of 2 and a frame of 6.
    assert.deepEqual(now.bytes, { received: 17, sent: 15 })

    await client.close()
    const loud = await opened(t, server)
    loud.write(frame(opcodes.binary, new Uint8Array(101)))
    assert.equal((await loud.closeFrame()).code, 1009)
    loud.socket.end()
    await closed.next()
    await closed.next()
    for (const [head, status] of [
      [upgradeHead({}, 'GET /no HTTP/1.1'), 401],
      [upgradeHead({ Host: undefined }), 400],
      [`GET / HTTP/1.1\r\nA: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ] as const) {
      const refused = rawClient(t, server)
      refused.write(head)
      assert.equal((await refused.answer()).status, status)
    }
    const after = server.metrics
    assert.deepEqual(after.connections, { active: 0, opened: 2 })
    assert.deepEqual(after.closes, { 1000: 1, 1009: 1 })
    assert.deepEqual(after.refusals, {
      response: 1,
      ERR_HANDSHAKE_HOST: 1,
      ERR_HANDSHAKE_HEAD_SIZE: 1,
    })
    assert.deepEqual(after.limits, { ERR_LIMIT_MESSAGE: 1, ERR_HANDSHAKE_HEAD_SIZE: 1 })
    // What was taken earlier does not change.
    assert.equal(now.connections.active, 1)
  })

  test('name each limit that was hit', async (t) => {
    const server = await served(t, {
      rate: { messages: 1, policy: 'drop' },
      admission: { connections: 1 },
    })
    const client = await opened(t, server)
    client.write(
      ...Array.from({ length: 4 }, () => frame(opcodes.text, 'x')),
      frame(opcodes.ping, ''),
    )
    await client.frame()
    const full = rawClient(t, server)
    full.write(upgradeHead())
    assert.equal((await full.answer()).status, 503)
    const { limits, messages } = server.metrics
    assert.deepEqual(limits, { ERR_LIMIT_RATE: 3, ERR_LIMIT_CONNECTIONS: 1 })
    assert.deepEqual([messages.received, messages.dropped], [1, 3])
  })

  test('are text for Prometheus', async (t) => {
    const server = await served(t, { origins: [] })
    await opened(t, server)
    const refused = rawClient(t, server)
    refused.write(upgradeHead({ Origin: 'http://evil.example' }))
    await refused.answer()
    const text = server.metrics.prometheus()
    const lines = text.split('\n')
    for (const line of [
      '# TYPE websocket_server_active_connections gauge',
      'websocket_server_active_connections 1',
      '# TYPE websocket_server_connections_total counter',
      'websocket_server_messages_total{network_io_direction="receive"} 0',
      'websocket_server_io_bytes_total{network_io_direction="transmit"} 0',
      'websocket_server_refusals_total{error_type="ERR_HANDSHAKE_ORIGIN"} 1',
    ]) {
      assert.ok(lines.includes(line), `${line} in\n${text}`)
    }
    assert.match(text, /^(# (HELP|TYPE) [a-z_]+ .+\n|[a-z_]+(\{[a-z_]+="\w+"\})? \d+\n)+$/)
  })

  test('go to OpenTelemetry', async (t) => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1 << 30 })
    const provider = new MeterProvider({ readers: [reader] })
    t.after(() => provider.shutdown())
    const server = await served(t, { message: (socket, message) => void socket.send(message) })
    const stop = observeMetrics(server, provider.getMeter('test'))
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'x'))
    await client.text()
    await reader.forceFlush()
    const found = exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics
    const value = (name: string, direction?: string): unknown => {
      const { dataPoints } = found.find(({ descriptor }) => descriptor.name === name)!
      const point = dataPoints.find(
        ({ attributes }) => attributes['network.io.direction'] === direction,
      )
      return point?.value
    }
    assert.equal(value('websocket.server.active_connections'), 1)
    assert.equal(value('websocket.server.messages', 'receive'), 1)
    assert.equal(value('websocket.server.io', 'transmit'), 3)
    stop()
  })
})
