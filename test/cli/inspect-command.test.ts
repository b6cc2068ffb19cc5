import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { connect } from '../../dist/node/index.js'
import { type Program, type Cleanup, run, startServer, tidewire } from './programs.ts'

interface RunningInspector {
  readonly program: Program
  readonly proxy: string
  readonly inspector: string
}

async function startInspector(t: Cleanup, args: readonly string[]): Promise<RunningInspector> {
  const program = tidewire(t, ['inspect', ...args])
  const [, proxy = ''] = await program.until(/^proxy {5}(\S+) for \S+\n/)
  const [, inspector = ''] = await program.until(/\ninspector (\S+)\n/)
  return { program, proxy, inspector }
}

async function lines(inspector: string): Promise<string> {
  return (await fetch(inspector.replace('#', 'recording.jsonl?'))).text()
}

suite('tidewire inspect', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`records what goes through, until ${signal}`, async (t) => {
      const { ws } = await startServer(t)
      const { program, proxy, inspector } = await startInspector(t, [`${ws}/echo`])
      assert.equal(new URL(proxy).pathname, '/echo')
      const socket = await connect(proxy)
      socket.send('through the proxy')
      for await (const message of socket) {
        assert.equal(message, 'through the proxy')
        break
      }
      assert.match(await lines(inspector), /through the proxy/)
      program.child.kill(signal)
      const { code, stderr } = await program.ended
      assert.deepEqual([code, stderr], [0, ''])
      assert.equal((await socket.closed).code, 1006)
    })
  }

  test('speaks wss with --tls, without a certificate of yours', async (t) => {
    const { ws } = await startServer(t)
    const { proxy } = await startInspector(t, [`${ws}/echo`, '--tls'])
    const socket = await connect(proxy, { tls: { rejectUnauthorized: false } })
    await socket.ping()
    socket.terminate()
  })

  test('speaks to a server with a certificate that it is told to trust', async (t) => {
    const cert = 'test/node/fixtures/localhost.cert.pem'
    const key = 'test/node/fixtures/localhost.key.pem'
    const { ws } = await startServer(t, ['--host', 'localhost', '--cert', cert, '--key', key])
    const { proxy } = await startInspector(t, [`${ws}/echo`, '--ca', cert])
    const socket = await connect(proxy)
    await socket.ping()
    socket.terminate()
  })

  test('makes a page of the proxy one of the server, where it is asked to', async (t) => {
    const { ws } = await startServer(t)
    const args = [`${ws}/echo`, '--rewrite-host', '--rewrite-origin']
    const { proxy } = await startInspector(t, args)
    const socket = await connect(proxy, { headers: { Origin: 'http://localhost:5173' } })
    socket.terminate()
    const foreign = connect(proxy, { headers: { Origin: 'https://evil.example' } })
    await assert.rejects(foreign, { status: 403 })
  })

  test('prints where to connect as JSON', async (t) => {
    const program = tidewire(t, ['inspect', 'localhost:9/x', '--json'])
    const [line] = await program.until(/^.*\n/)
    const { proxy, target, inspector } = JSON.parse(line) as Record<string, string>
    assert.match(proxy ?? '', /^ws:\/\/127\.0\.0\.1:\d+\/x$/)
    assert.equal(target, 'ws://localhost:9/x')
    assert.match(inspector ?? '', /^http:\/\/127\.0\.0\.1:\d+\/#token=/)
  })

  test('warns where other machines can connect', async (t) => {
    const program = tidewire(t, ['inspect', 'ws://localhost:9', '--host', '0.0.0.0'])
    await program.until(/other machines can connect/, 'stderr')
  })

  const wrong: readonly (readonly [args: readonly string[], about: RegExp])[] = [
    [[], /inspect takes one URL, got none/],
    [['ws://a', 'ws://b'], /takes one URL/],
    [['ftp://a'], /scheme/],
    [['ws://a', '--port', '70000'], /--port 70000/],
    [['ws://a', '--page-port', 'x'], /--page-port x/],
    [['ws://a', '--host', ''], /--host is empty/],
    [['ws://a', '--cert', 'a.pem'], /--cert and --key go together/],
    [['ws://a', '--verbose'], /see tidewire inspect --help/],
  ]
  for (const [args, about] of wrong) {
    test(`does not understand ${JSON.stringify(args)}`, async (t) => {
      const { code, stderr } = await run(t, ['inspect', ...args])
      assert.equal(code, 2)
      assert.match(stderr, about)
    })
  }
})

test('tidewire serve --inspect prints the link by which its connections can be seen', async (t) => {
  const { program, http, ws } = await startServer(t, ['--inspect'], { NODE_ENV: 'production' })
  const [, link = ''] = await program.until(/^tidewire inspector: (\S+)\n$/, 'stderr')
  const [, page, port, token] = /^(.*)\/#inspector=(\d+)\.(.*)$/.exec(link) ?? []
  assert.equal(page, http)
  const inspector = `http://127.0.0.1:${port}/#token=${token}`
  const socket = await connect(`${ws}/echo`)
  socket.send('seen')
  await socket.ping()
  assert.match(await lines(inspector), /"text":"seen"/)
  socket.terminate()
})
