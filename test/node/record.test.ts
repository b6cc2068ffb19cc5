import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { OptionError } from '../../dist/errors/index.js'
import {
  type ConnectionRecord,
  type FrameRecord,
  type Recording,
  type Recorded,
  type RecordingOptions,
  toPcapng,
} from '../../dist/inspect/index.js'
import {
  connect,
  type ListeningServer,
  record,
  serve,
  type ServeOptions,
  WebSocket,
} from '../../dist/node/index.js'
import { fixture } from './peers.ts'

function recording(t: TestContext, options?: RecordingOptions): Recording {
  const { recording: kept, stop } = record(options)
  t.after(stop)
  return kept
}

/** Waits until so many connections are over. */
async function closed(kept: Recording, count: number): Promise<ConnectionRecord[]> {
  const over = (): ConnectionRecord[] => kept.connections.filter((one) => one.closed)
  if (over().length < count) {
    await new Promise<void>((resolve) => {
      const stop = kept.listen(() => {
        if (over().length < count) return
        stop()
        resolve()
      })
    })
  }
  return over()
}

async function echo(t: TestContext, options: ServeOptions = {}): Promise<string> {
  const server = await serve({
    port: 0,
    message: (socket, message) => socket.send(message),
    ...options,
  })
  t.after(() => server.close())
  return server.url.replace('http', 'ws')
}

/** The messages of one connection and direction. */
function messages(
  kept: Recording,
  connection: number,
  direction: FrameRecord['direction'],
): string[] {
  return [...kept.frames]
    .filter(
      (frame) => frame.connection === connection && frame.direction === direction && frame.fin,
    )
    .flatMap(({ message }) => (message ? [Buffer.from(message.payload ?? []).toString()] : []))
}

suite('a recording has', () => {
  test('both ends of a connection: its handshake, its frames, its close', async (t) => {
    const kept = recording(t)
    const url = await echo(t, { protocols: ['chat'] })
    const headers = { Authorization: 'Bearer secret' }
    const socket = await connect(`${url}room?x=1`, { headers, protocols: ['chat'] })
    socket.send('hello')
    socket.send(Uint8Array.of(1, 2, 3))
    let heard = 0
    for await (const _ of socket) if (++heard === 2) break
    await socket.ping()
    await socket.close(1000, 'bye')
    const both = await closed(kept, 2)
    const server = both.find(({ role }) => role === 'server')!
    const client = both.find(({ role }) => role === 'client')!

    for (const one of [server, client]) {
      assert.equal(one.url, `${url}room?x=1`)
      assert.equal(one.request?.line, 'GET /room?x=1 HTTP/1.1')
      assert.match(one.response?.line ?? '', /^HTTP\/1\.1 101 Switching Protocols$/)
      const field = (name: string): string | undefined =>
        one.request?.fields.find(([other]) => other === name)?.[1]
      assert.equal(field('Authorization'), '[redacted]')
      assert.equal(field('Sec-WebSocket-Protocol'), 'chat')
      assert.equal(one.tls, undefined)
      assert.equal(one.closed?.code, 1000)
      assert.ok(one.rtt! >= 0)
    }
    assert.deepEqual(server.request?.fields, client.request?.fields)
    assert.deepEqual(server.response, client.response)
    assert.deepEqual(server.local, client.remote)
    assert.deepEqual(server.remote, client.local)
    assert.equal(client.closed?.by, 'local')
    assert.equal(server.closed?.reason, 'bye')
    assert.match(server.closed?.diagnosis ?? '', /The peer closed/)
    const said = ['hello', '\u0001\u0002\u0003']
    assert.deepEqual(messages(kept, client.id, 'transmit'), said)
    assert.deepEqual(messages(kept, client.id, 'receive'), said)
    assert.deepEqual(messages(kept, server.id, 'receive'), said)
    assert.deepEqual(messages(kept, server.id, 'transmit'), said)
    assert.deepEqual(
      [client.transmitted.messages, client.transmitted.wireBytes],
      [server.received.messages, server.received.wireBytes],
    )
  })

  test('what TLS agreed on', async (t) => {
    const kept = recording(t)
    const cert = fixture('localhost.cert.pem')
    const url = await echo(t, { tls: { key: fixture('localhost.key.pem'), cert } })
    const port = new URL(url).port
    const socket = await connect(`wss://localhost:${port}/`, { tls: { ca: cert } })
    await socket.close()
    const [one, other] = await closed(kept, 2)
    for (const { tls, url: recorded } of [one!, other!]) {
      assert.equal(recorded, `wss://localhost:${port}/`)
      assert.equal(tls?.version, 'TLSv1.3')
      assert.equal(tls?.alpn, 'http/1.1')
      assert.equal(tls?.servername, 'localhost')
    }
  })

  test('compressed messages inflated, with the window that was kept', async (t) => {
    const kept = recording(t)
    const way = { contextTakeover: true }
    const deflate = { threshold: 0, send: way, receive: way }
    const url = await echo(t, { deflate })
    const socket = await connect(url, { deflate })
    const said = ['hello hello hello', 'hello again', 'x'.repeat(100_000), 'hello, x']
    const heard: unknown[] = []
    for (const message of said) {
      socket.send(message)
      for await (const answer of socket) {
        heard.push(answer)
        break
      }
    }
    assert.deepEqual(heard, said)
    await socket.close()
    const over = await closed(kept, 2)
    for (const { id, received, transmitted } of over) {
      const expected = said.map((message) => message.slice(0, 65_536))
      assert.deepEqual(messages(kept, id, 'receive'), expected)
      assert.deepEqual(messages(kept, id, 'transmit'), expected)
      assert.ok(received.wireBytes < 1000)
      assert.equal(transmitted.messageBytes, said.join('').length)
    }
    assert.ok([...kept.frames].some(({ rsv }) => rsv === 4))
  })

  test('the standard WebSocket, and what a server publishes', async (t) => {
    const kept = recording(t)
    const server: ListeningServer = await serve({
      port: 0,
      open: (socket) => socket.subscribe('all'),
      message: (): void => void server.publish('all', 'news'),
    })
    t.after(() => server.close())
    const socket = new WebSocket(server.url.replace('http', 'ws'))
    const heard = new Promise((resolve) => socket.addEventListener('message', resolve))
    await new Promise((resolve) => socket.addEventListener('open', resolve))
    socket.send('hi')
    await heard
    socket.close()
    const both = await closed(kept, 2)
    const id = (role: string): number => both.find((one) => one.role === role)!.id
    assert.deepEqual(messages(kept, id('client'), 'receive'), ['news'])
    assert.deepEqual(messages(kept, id('server'), 'transmit'), ['news'])
    assert.deepEqual(messages(kept, id('server'), 'receive'), ['hi'])
  })

  test('a connection that is cut, with the diagnosis', async (t) => {
    const kept = recording(t)
    const url = await echo(t, { message: (socket) => socket.terminate() })
    const socket = await connect(url)
    socket.send('hello')
    await socket.closed
    const over = await closed(kept, 2)
    assert.deepEqual(
      over.map((one) => one.closed?.code),
      [1006, 1006],
    )
    assert.ok(over.some((one) => one.closed?.trigger === 'terminate'))
  })

  test('nothing of connections that open when it has stopped', async (t) => {
    const { recording: kept, stop } = record()
    const url = await echo(t)
    const before = await connect(url)
    stop()
    const after = await connect(url)
    for (const socket of [before, after]) {
      socket.send('hello')
      for await (const _ of socket) break
      await socket.close()
    }
    const over = await closed(kept, 2)
    assert.equal(kept.connections.length, 2)
    assert.ok(over.every(({ received }) => received.messages === 1))
  })

  test('options that are checked', () => {
    assert.throws(() => record({ frames: 0 }), OptionError)
    assert.throws(() => record({ nothing: 1 } as RecordingOptions), /nothing/)
  })
})

/** Rows of the fields that tshark finds in a file, by the filter. */
async function dissected(
  t: TestContext,
  kept: Recorded,
  filter: string,
  ...fields: string[]
): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'recording.pcapng')
  writeFileSync(file, toPcapng(kept))
  const args = [
    '-r',
    file,
    '-Y',
    filter,
    '-T',
    'fields',
    ...fields.flatMap((field) => ['-e', field]),
  ]
  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE']
  const { stdout } = await promisify(execFile)('tshark', [...args, ...checks])
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
}

suite('tshark', () => {
  for (const tls of [false, true]) {
    test(`dissects what was recorded ${tls ? 'over TLS, without keys' : 'of a plain connection'}`, async (t) => {
      const kept = recording(t)
      const cert = fixture('localhost.cert.pem')
      const secure = { tls: { key: fixture('localhost.key.pem'), cert } }
      const url = await echo(t, tls ? secure : {})
      const { port } = new URL(url)
      const target = `${tls ? 'wss' : 'ws'}://localhost:${port}/chat`
      const socket = await connect(target, { tls: { ca: cert } })
      socket.send('hello')
      socket.send('y'.repeat(50_000))
      let heard = 0
      for await (const _ of socket) if (++heard === 2) break
      await socket.close(1000, 'bye')
      await closed(kept, 2)
      const client = kept.connections.find(({ role }) => role === 'client')!
      const one = { connections: [client], frames: kept.frames }

      const upgrades = await dissected(t, one, 'http', 'http.request.uri', 'http.response.code')
      assert.deepEqual(upgrades, [
        ['/chat', ''],
        ['', '101'],
      ])
      const fields = [
        'websocket.opcode',
        'websocket.mask',
        'websocket.payload.close.reason',
        'websocket.payload.text',
      ]
      const rows = await dissected(t, one, 'websocket', ...fields)
      const shown = rows.map((row) => row.map((cell) => cell.slice(0, 8)))
      assert.deepEqual(shown, [
        ['1', '1', '', 'hello'],
        ['1', '1', '', 'yyyyyyyy'],
        ['1', '0', '', 'hello'],
        ['1', '0', '', 'yyyyyyyy'],
        ['8', '1', 'bye', ''],
        ['8', '0', '', ''],
      ])
      const payloads = await dissected(t, one, 'websocket.payload', 'frame.number')
      assert.equal(payloads.length, 6)
      const wrong = '_ws.malformed or _ws.expert.severity >= "Warning" or tcp.checksum.status == 0'
      assert.deepEqual(await dissected(t, one, wrong, 'frame.number', '_ws.expert.message'), [])
    })
  }

  test('inflates what was compressed by itself', async (t) => {
    const kept = recording(t)
    const deflate = { threshold: 0 }
    const socket = await connect(await echo(t, { deflate }), { deflate })
    socket.send('hello hello hello')
    for await (const _ of socket) break
    await socket.close()
    await closed(kept, 2)
    const rows = await dissected(t, kept, 'websocket.pmc == 1', 'websocket.payload.text')
    assert.deepEqual(
      rows.flat(),
      Array.from({ length: 4 }, () => 'hello hello hello'),
    )
  })
})
