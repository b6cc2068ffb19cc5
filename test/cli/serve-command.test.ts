import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { CommandError, UsageError } from '../../dist/cli/command.js'
import { serveCommand } from '../../dist/cli/serve-command.js'
import { deferred } from '../../dist/node/deferred.js'
import { ask, open } from './clients.ts'
import { type Cleanup, run, startServer, tidewire } from './programs.ts'

const cert = 'test/node/fixtures/localhost.cert.pem'
const key = 'test/node/fixtures/localhost.key.pem'

/** A client that never answers a close frame, so that a server that drains has to wait for it. */
async function openSilently(t: Cleanup, url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connectTcp(Number(port), hostname)
  socket.on('error', () => {})
  t.after(async () => void socket.destroy())
  const head = [
    'GET /echo HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  assert.match(answer.toString(), /^HTTP\/1\.1 101 /)
  return socket
}

suite('signals', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} closes every connection with 1001 and exits with 0`, async (t) => {
      const { program, ws } = await startServer(t)
      const clients = [await open(t, `${ws}/echo`), await open(t, `${ws}/topics/a`)]
      const closed = clients.map((client) => client.closed())
      program.child.kill(signal)
      assert.deepEqual(await Promise.all(closed), [1001, 1001])
      const { code, stderr } = await program.ended
      assert.equal(code, 0)
      assert.equal(stderr, '')
    })
  }

  for (const second of ['SIGINT', 'SIGTERM'] as const) {
    test(`a ${second} after the first exits at once, whoever is still connected`, async (t) => {
      const { program, http } = await startServer(t)
      const silent = await openSilently(t, http)
      program.child.kill('SIGINT')
      await once(silent, 'data')
      program.child.kill(second)
      const { code, signal } = await program.ended
      assert.equal(code, null)
      assert.equal(signal, second)
    })
  }

  test('under npm, which hands on what the terminal has sent, one Ctrl-C is one', async (t) => {
    const { program, ws } = await startServer(t, [], { npm_lifecycle_event: 'start' })
    const client = await open(t, `${ws}/echo`)
    const closed = client.closed()
    program.child.kill('SIGINT')
    program.child.kill('SIGINT')
    assert.equal(await closed, 1001)
    assert.equal((await program.ended).code, 0)
  })
})

suite('addresses', () => {
  test('an IPv6 host, in brackets or not', { skip: noIpv6() }, async (t) => {
    for (const host of ['::1', '[::1]']) {
      const { http, ws } = await startServer(t, ['--host', host])
      assert.match(http, /^http:\/\/\[::1\]:\d+$/)
      const client = await open(t, `${ws}/echo`)
      client.send('x')
      assert.equal(await client.next(), 'x')
    }
  })

  test('an address that others reach is said to be one', async (t) => {
    const { program, http } = await startServer(t, ['--host', '0.0.0.0'])
    assert.match(http, /^http:\/\/0\.0\.0\.0:\d+$/)
    await program.until(/^tidewire: other machines can connect.*\n$/, 'stderr')
    const loopback = await startServer(t, ['--host', 'localhost'])
    assert.equal((await ask(loopback.http, '/health')).status, 200)
    assert.equal(loopback.program.stderr, '')
  })

  test('a port in use is one line on stderr and exit code 1', async (t) => {
    const { http } = await startServer(t)
    const { port } = new URL(http)
    const { code, stdout, stderr } = await run(t, ['serve', '--port', port])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, new RegExp(`^tidewire: [^\\n]* port ${port}: it is in use [^\\n]*\\n$`))
  })

  test('so is an address that this machine does not have', async (t) => {
    const { code, stderr } = await run(t, ['serve', '--port', '0', '--host', '192.0.2.1'])
    assert.equal(code, 1)
    assert.match(stderr, /^tidewire: [^\n]*192\.0\.2\.1[^\n]*\n$/)
  })

  test('that nobody reads the output is no reason to stop', async (t) => {
    const program = tidewire(t, ['serve', '--port', '0', '--host', '0.0.0.0'])
    program.child.stdout.destroy()
    await program.until(/other machines/, 'stderr')
    program.child.kill('SIGTERM')
    assert.equal((await program.ended).code, 0)
  })
})

suite('wrong usage is one line', () => {
  for (const [args, complaint] of [
    [['--port', 'x'], /--port x: expected a number from 0 to 65535/],
    [['--port', '65536'], /--port 65536/],
    [['--port', '-1'], /--port/],
    [['--port'], /--port/],
    [['--port='], /--port : expected/],
    [['--host', ''], /--host is empty/],
    [['--cert', cert], /--cert and --key go together/],
    [['--key', key], /--cert and --key go together/],
    [['--origin', 'app.example'], /--origin "app\.example": expected .* https:\/\/app\.example/],
    [['--origin', 'https://app.example/path'], /--origin/],
    [
      ['--port', '0', '--allow-host', 'http://app.example'],
      /option hosts: got "http:\/\/app\.example"/,
    ],
    [['--prot', '1'], /--prot.*see tidewire serve --help/],
    [['9000'], /serve takes only options, not "9000"/],
  ] as const) {
    test(args.join(' '), async () => {
      await assert.rejects(serveCommand.run(args), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, /^[^\n]+$/)
        assert.match(error.message, complaint)
        return true
      })
    })
  }

  test('on stderr, with exit code 2', async (t) => {
    const { code, stdout, stderr } = await run(t, ['serve', '--port', 'x'])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^tidewire: --port x: expected [^\n]+\n$/)
  })
})

suite('a name in Host that is not of this machine', () => {
  const asked = async (http: string): Promise<number> => {
    const { promise, resolve } = deferred<number>()
    const headers = { Host: 'app.example' }
    get(`${http}/health`, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    return promise
  }

  test('is refused, for any page can have one point here', async (t) => {
    assert.equal(await asked((await startServer(t)).http), 421)
  })

  test('is let in by --allow-host', async (t) => {
    for (const name of ['app.example', '*.example', '*']) {
      assert.equal(await asked((await startServer(t, ['--allow-host', name])).http), 200)
    }
  })
})

suite('TLS', () => {
  test('serves https and wss', async (t) => {
    const { ws } = await startServer(t, ['--cert', cert, '--key', key])
    assert.match(ws, /^wss:/)
    const client = await open(t, `${ws}/echo`, { rejectUnauthorized: false })
    client.send('x')
    assert.equal(await client.next(), 'x')
  })

  test('a certificate or key that cannot be used is one line and exit code 1', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const other = file('other.pem', pem)
    const text = file('text.pem', 'not a certificate')
    const nowhere = join(folder, 'nowhere.pem')
    for (const [certFile, keyFile, complaint] of [
      [nowhere, key, /--cert .*nowhere\.pem cannot be read: ENOENT: no such file or directory$/],
      [cert, nowhere, /--key .*nowhere\.pem cannot be read: /],
      [folder, key, /--cert .* cannot be read: EISDIR/],
      [text, key, /text\.pem and .* are not a certificate and its private key in PEM: /],
      [cert, text, /text\.pem are not /],
      [cert, other, /other\.pem are not .* mismatch/],
      [key, cert, /are not a certificate/],
    ] as const) {
      const args = ['--port', '0', '--cert', certFile, '--key', keyFile]
      await assert.rejects(serveCommand.run(args), (error: Error) => {
        assert.ok(error instanceof CommandError, String(error))
        assert.match(error.message, /^[^\n]+$/)
        assert.match(error.message, complaint)
        return true
      })
    }
    const { code, stdout, stderr } = await run(t, ['serve', '--cert', nowhere, '--key', key])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^tidewire: --cert [^\n]+\n$/)
  })
})

test('the first line of stdout is the address, as soon as it accepts', async (t) => {
  const program = tidewire(t, ['serve', '--port', '0'])
  const [, url = ''] = await program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\n$/)
  assert.equal((await ask(url, '/health')).status, 200)
})

/** Containers often have no IPv6. */
function noIpv6(): string | false {
  const addresses = Object.values(networkInterfaces()).flat()
  return addresses.some((address) => address?.address === '::1') ? false : 'there is no ::1 here'
}
