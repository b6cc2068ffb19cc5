import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { suite, test, type TestContext } from 'node:test'
import {
  attach,
  inspect,
  type InspectOptions,
  OptionError,
  serve,
  TidewireError,
} from '../../../dist/node/index.js'
import { outputs } from '../program.ts'
import { client, inspected } from './inspected.ts'
import { at } from './page.ts'

const index = new URL('../../../dist/node/index.js', import.meta.url).href

/** What a program prints, and what it says of its inspector. */
async function run(program: string, nodeEnv: string): Promise<{ out: string; err: string }> {
  const code = `import { serve } from ${JSON.stringify(index)}\n${program}`
  const { stdout, stderr } = await outputs(code, { env: { ...process.env, NODE_ENV: nodeEnv } })
  return { out: stdout, err: stderr }
}

const serves = (options: string): string => `
  const server = await serve({ inspect: ${options} })
  console.log(server.inspector?.url)
  await server.close()`

async function refused(url: string): Promise<boolean> {
  return fetch(url).then(
    () => false,
    () => true,
  )
}

function environment(t: TestContext, value: string): void {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = value
  t.after(() => {
    if (before === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = before
  })
}

suite('a server is inspected', () => {
  test('by an option of serve, which prints where', async () => {
    const { out, err } = await run(serves('true'), 'development')
    assert.equal(err, `tidewire inspector: ${out}`)
    assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\/#token=/)
  })

  test('which leaves it to the program to say where, with print: false', async () => {
    const { out, err } = await run(serves('{ print: false }'), 'development')
    assert.match(out, /^http:\/\/127\.0\.0\.1:\d+\/#token=/)
    assert.equal(err, '')
  })

  test('not in production, unless that is asked for by name', async () => {
    const { out, err } = await run(serves('true'), 'production')
    assert.deepEqual([out, err], ['undefined\n', ''])
    const meant = await run(serves('{ production: true }'), 'production')
    assert.match(meant.out, /^http:/)
  })

  test('by a call, for one that is there already', async (t) => {
    const http = createServer()
    const server = attach(http)
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    t.after(() => http.close())
    const inspector = await inspect(server)
    assert.ok(inspector)
    const { port } = http.address() as { port: number }
    const socket = await client(t, `ws://127.0.0.1:${port}/`)
    await socket.close()
    assert.equal(inspector.recording.connections.length, 1)
    await server.close()
    assert.equal(await refused(inspector.url), true)
  })

  test('by a call, but not in production', async (t) => {
    environment(t, 'production')
    const server = await serve()
    t.after(() => server.close())
    assert.equal(await inspect(server), undefined)
    assert.ok(await inspect(server, { production: true }))
  })

  test('and no other server of the program is', async (t) => {
    const one = await inspected(t)
    const other = await inspected(t)
    const socket = await client(t, one.url)
    await socket.ping()
    assert.equal(one.inspector.recording.connections.length, 1)
    assert.equal(other.inspector.recording.connections.length, 0)
  })

  test('until the inspector is closed, which leaves the server as it was', async (t) => {
    const { server, inspector, url } = await inspected(t)
    await inspector.close()
    assert.equal(await refused(inspector.url), true)
    const socket = await client(t, url)
    await socket.ping()
    assert.equal(server.sockets.size, 1)
    assert.equal(inspector.recording.connections.length, 0)
  })

  test('and what was recorded can be downloaded, of some connections or of all', async (t) => {
    const { inspector, url } = await inspected(t)
    for (const text of ['one', 'two']) {
      const socket = await client(t, url)
      socket.send(text)
      await socket.ping()
    }
    const lines = async (query: string): Promise<string[]> =>
      (await (await fetch(at(inspector.url, 'recording.jsonl') + query)).text()).trim().split('\n')
    const opened = (await lines('')).filter((line) => line.includes('"type":"open"'))
    assert.equal(opened.length, 2)
    const second = (await lines('&connection=1')).map(
      (line) => (JSON.parse(line) as { connection: number }).connection,
    )
    assert.deepEqual([...new Set(second)], [1])
    const har = await fetch(at(inspector.url, 'recording.har'))
    assert.equal(har.headers.get('content-disposition'), 'attachment; filename="recording.har"')
    const { log } = (await har.json()) as { log: { entries: { _webSocketMessages: object[] }[] } }
    assert.equal(log.entries.length, 2)
    const pcapng = await fetch(at(inspector.url, 'recording.pcapng'))
    assert.equal(Buffer.from(await pcapng.arrayBuffer()).readUInt32BE(0), 0x0a0d0d0a)
    assert.equal((await fetch(at(inspector.url, 'recording.zip'))).status, 404)
    assert.equal((await fetch(at(inspector.url, 'recording.har'), { method: 'POST' })).status, 405)
  })
})

suite('an inspector refuses', () => {
  const options: readonly (readonly [InspectOptions, RegExp])[] = [
    [{ port: 65_536 }, /inspect\.port/],
    [{ production: 'yes' as unknown as boolean }, /inspect\.production/],
    [{ print: 1 as unknown as boolean }, /inspect\.print/],
    [{ frames: 0 }, /frames/],
    [{ token: 'mine' } as InspectOptions, /name/],
    [1 as InspectOptions, /inspect/],
  ]
  for (const [option, about] of options) {
    test(`the option ${JSON.stringify(option)}`, async (t) => {
      const server = await serve()
      t.after(() => server.close())
      await assert.rejects(inspect(server, option), (error: unknown) => {
        assert.ok(error instanceof OptionError)
        assert.match(error.message, about)
        return true
      })
      await assert.rejects(serve({ inspect: option }), OptionError)
    })
  }

  test('a port that is taken', async (t) => {
    const server = await serve()
    t.after(() => server.close())
    const listen = (error: unknown): boolean =>
      error instanceof TidewireError && error.code === 'ERR_LISTEN'
    await assert.rejects(inspect(server, { port: server.port }), listen)
    await assert.rejects(serve({ inspect: { port: server.port } }), listen)
  })
})
