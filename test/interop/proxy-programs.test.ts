import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { connect, type ConnectError, type ConnectOptions, serve } from '../../dist/node/index.js'
import { closedPort } from '../node/peers.ts'

// Proxies that nobody here wrote, as Debian has them.

/** Starts a proxy on a free port, and waits until it listens. */
async function start(
  t: TestContext,
  command: (port: number) => readonly [string, ...string[]],
): Promise<number> {
  const port = await closedPort()
  const [program, ...args] = command(port)
  const child = spawn(program, args, { stdio: 'ignore' })
  t.after(() => stop(child))
  for (;;) {
    assert.equal(child.exitCode, null, `${program} has ended`)
    const probe = connectTcp(port, '127.0.0.1')
    const listening = await once(probe, 'connect').then(
      () => true,
      () => false,
    )
    probe.destroy()
    if (listening) return port
    await setTimeout(20)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

async function tinyproxy(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'tinyproxy.conf')
  const port = await start(t, (free) => {
    const lines = [`Port ${free}`, 'Listen 127.0.0.1', 'Timeout 60', 'BasicAuth ada secret']
    writeFileSync(file, `${lines.join('\n')}\n`)
    return ['tinyproxy', '-d', '-c', file]
  })
  return `http://ada:secret@127.0.0.1:${port}`
}

async function microsocks(t: TestContext): Promise<string> {
  const port = await start(t, (free) => {
    return ['microsocks', '-i', '127.0.0.1', '-p', String(free), '-u', 'ada', '-P', 'secret']
  })
  return `socks5h://ada:secret@127.0.0.1:${port}`
}

async function echoServer(t: TestContext): Promise<string> {
  const server = await serve({ message: (socket, message) => void socket.send(message) })
  t.after(() => server.close({ timeout: 0 }))
  return `ws://localhost:${server.port}`
}

async function failure(url: string, options: ConnectOptions): Promise<ConnectError> {
  return connect(url, options).then(
    () => assert.fail('it has connected'),
    (error: ConnectError) => error,
  )
}

for (const [name, begin] of Object.entries({ tinyproxy, microsocks })) {
  describe(`through ${name}`, () => {
    test('messages go both ways', async (t) => {
      const proxy = await begin(t)
      const socket = await connect(await echoServer(t), { proxy })
      const long = 'tide'.repeat(50_000)
      for (const message of ['short', long]) socket.send(message)
      const messages = socket[Symbol.asyncIterator]()
      assert.equal((await messages.next()).value, 'short')
      assert.equal((await messages.next()).value, long)
      const { wasClean } = await socket.close()
      assert.ok(wasClean)
    })

    test('nobody comes without the right password', async (t) => {
      const proxy = await begin(t)
      for (const other of [proxy.replace('secret', 'wrong'), proxy.replace('ada:secret@', '')]) {
        const error = await failure('ws://localhost:9', { proxy: other })
        assert.deepEqual(
          [error.code, error.phase],
          ['ERR_CONNECT_PROXY_AUTH', 'proxy'],
          error.message,
        )
      }
    })

    test('a server that is not there is said not to be', async (t) => {
      const proxy = await begin(t)
      const error = await failure(`ws://127.0.0.1:${await closedPort()}`, { proxy })
      assert.deepEqual([error.code, error.phase], ['ERR_CONNECT_PROXY', 'proxy'])
    })
  })
}
