import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { suite, test } from 'node:test'
import { UsageError } from '../../dist/cli/command.js'
import { connectCommand } from '../../dist/cli/connect-command.js'
import { peer } from './clients.ts'
import { httpProxy } from '../node/proxies.ts'
import { run, startServer, tidewire } from './programs.ts'

const cert = 'test/node/fixtures/localhost.cert.pem'
const key = 'test/node/fixtures/localhost.key.pem'

suite('the request', () => {
  test('has the subprotocols, headers and origin that were given', async (t) => {
    const requests: IncomingMessage[] = []
    const url = await peer(t, (socket, request) => {
      requests.push(request)
      socket.send(socket.protocol)
      socket.close()
    })
    const { code, stdout } = await run(t, [
      'connect',
      '--subprotocol=chat.v2',
      '--subprotocol=chat.v1',
      '--header=Authorization: Bearer a:b',
      '--header=X-Two:  two  ',
      '--header=X-Two: three',
      '--origin=https://app.example',
      url,
    ])
    assert.equal(code, 0)
    assert.equal(stdout, 'chat.v2\n')
    const { headers } = requests[0]!
    assert.equal(headers['sec-websocket-protocol']?.replaceAll(' ', ''), 'chat.v2,chat.v1')
    assert.equal(headers.authorization, 'Bearer a:b')
    assert.equal(headers['x-two'], 'two, three')
    assert.equal(headers.origin, 'https://app.example')
  })

  test('goes to ws:// where there is no scheme', async (t) => {
    const { http } = await startServer(t)
    const { host, port } = new URL(http)
    for (const url of [`${host}/echo`, `http://${host}/echo`, `localhost:${port}/echo`]) {
      const { code, stdout } = await run(t, ['connect', '--expect', '1', url], 'x\n')
      assert.equal(stdout, 'x\n')
      assert.equal(code, 0)
    }
  })

  test('to a server with a certificate of its own needs --ca or --insecure', async (t) => {
    const { ws } = await startServer(t, ['--host', 'localhost', '--cert', cert, '--key', key])
    const connect = (...options: string[]): ReturnType<typeof run> =>
      run(t, ['connect', '--expect', '1', ...options, `${ws}/echo`], 'x\n')
    const refused = await connect()
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^tidewire: [^\n]*self-signed[^\n]*--ca[^\n]*--insecure[^\n]*\n$/)
    assert.equal((await connect('--ca', cert)).stdout, 'x\n')
    assert.equal((await connect('--insecure')).stdout, 'x\n')
  })
})

suite('the way', () => {
  const echo = ['connect', '--expect', '1']

  test('goes through the proxy of --proxy, or else of the environment', async (t) => {
    const server = await peer(t, (socket) => socket.on('message', () => socket.send('x')))
    const proxy = await httpProxy(t)
    // A name that only the proxy knows.
    const url = `ws://chat.example:${new URL(server).port}`
    for (const given of [proxy.url, proxy.url.replace('http://', '')]) {
      assert.equal((await run(t, [...echo, '--proxy', given, url], 'x\n')).stdout, 'x\n')
    }
    const env = { HTTP_PROXY: proxy.url }
    const program = tidewire(t, [...echo, url], env)
    program.child.stdin.end('x\n')
    assert.equal((await program.ended).stdout, 'x\n')
    assert.equal(proxy.requests.length, 3)
    const direct = tidewire(t, ['connect', '--proxy', 'none', 'ws://nonexistent.invalid'], env)
    assert.match((await direct.ended).stderr, /no connection to nonexistent\.invalid:80: /)
  })

  test('names --proxy where the proxy refuses', async (t) => {
    const proxy = await httpProxy(t, { credentials: 'ada:secret' })
    const args = ['connect', '--proxy', proxy.url, 'ws://chat.example']
    const { code, stderr } = await run(t, args)
    assert.equal(code, 1)
    assert.match(stderr, /^tidewire: [^\n]*407[^\n]*\(here: --proxy\)\n$/)
  })

  test('follows redirects when asked to', async (t) => {
    const { http } = await startServer(t)
    const server = createServer((_, response) => {
      response.writeHead(307, { Location: `${http}/echo` }).end()
    }).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    const refused = await run(t, [...echo, url], 'x\n')
    assert.match(refused.stderr, new RegExp(`redirects to ${http}.*\\(here: --redirects\\)\n$`))
    assert.equal((await run(t, [...echo, '--redirects', '1', url], 'x\n')).stdout, 'x\n')
  })
})

suite('no connection is one line on stderr and exit code 1', () => {
  test('nobody listens', async (t) => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    const { code, stdout, stderr } = await run(t, ['connect', `ws://127.0.0.1:${port}/`])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^tidewire: no connection to 127\.0\.0\.1:\d+: nobody listens[^\n]+\n$/)
  })

  test('the answer is another one', async (t) => {
    const server = createServer((_, response) => {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('not\u001b[2J you\u009b\n')
    })
    server.listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { code, stderr } = await run(t, ['connect', `ws://127.0.0.1:${port}/`])
    assert.equal(code, 1)
    assert.match(stderr, /^tidewire: [^\n]*403[^\n]*not[^\n]*--header and --origin[^\n]*\n$/)
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(stderr, /[\u001b\u0080-\u009f]/)
  })

  test('a subprotocol that the server does not speak', async (t) => {
    const { ws } = await startServer(t)
    const { code, stderr } = await run(t, ['connect', '--subprotocol', 'chat', `${ws}/echo`])
    assert.equal(code, 1)
    assert.match(stderr, /^tidewire: [^\n]*Sec-WebSocket-Protocol[^\n]*\n$/)
  })

  test('a file of --ca that is not there', async (t) => {
    const { code, stderr } = await run(t, ['connect', '--ca', 'nowhere.pem', 'wss://localhost/'])
    assert.equal(code, 1)
    assert.match(stderr, /^tidewire: --ca nowhere\.pem cannot be read: ENOENT[^\n]*\n$/)
  })
})

suite('wrong usage is one line', () => {
  const url = 'ws://127.0.0.1:9/'
  for (const [args, complaint] of [
    [[], /takes one URL, got none/],
    [[url, url], /takes one URL, got 2 arguments/],
    [['ftp://host/'], /scheme is ftp:/],
    [['ws://'], /URL/],
    [['ws://host/#fragment'], /fragment/],
    [['--subprotocol', 'a b', url], /protocols/],
    [['--subprotocol', 'a', '--subprotocol', 'a', url], /protocols/],
    [['--header', 'no colon', url], /--header: expected a name, a colon and a value/],
    [['--header', ': x', url], /--header/],
    [['--header', 'Sec-WebSocket-Key: x', url], /[Ss]ec-[Ww]eb[Ss]ocket-[Kk]ey/],
    [['--header', 'X: a\r\nY: b', url], /header/],
    [['--ping', 'x', url], /--ping x: expected seconds, such as 2 or 0\.5/],
    [['--ping', '0', url], /--ping 0/],
    [['--wait', '-1', url], /--wait/],
    [['--wait', '1e9', url], /--wait 1e9: expected seconds/],
    [['--wait', '9999999', url], /--wait 9999999: expected seconds/],
    [['--expect', '0', url], /--expect 0: expected a number of messages/],
    [['--expect', '/(/', url], /--expect \/\(\/: Invalid regular expression/],
    [['--expect', '{"a"', url], /--expect \{"a": expected JSON/],
    [['--timeout', '5', url], /--timeout 5: it is for --expect/],
    [['--repeat', '0', url], /--repeat 0: expected a whole number/],
    [['--interval', 'x', url], /--interval x: expected seconds/],
    [['--proxy', 'ftp://host', url], /option proxy: got "ftp:"/],
    [['--proxy', 'http://host', 'ws+unix:/a.sock'], /option proxy: .*none for a Unix socket/],
    [['--redirects', '21', url], /--redirects 21: expected a number from 0 to 20/],
    [['--redirects', 'all', url], /--redirects all/],
    [['--nothing', url], /--nothing.*see tidewire connect --help/],
    [['--binary=yes', url], /--binary/],
  ] as const) {
    test(JSON.stringify(args), async () => {
      await assert.rejects(connectCommand.run(args), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, /^[^\n]+$/)
        assert.match(error.message, complaint)
        return true
      })
    })
  }

  test('as a program says it', async (t) => {
    const { code, stdout, stderr } = await run(t, ['connect', '--header', 'Bearer hunter2', url])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    assert.match(stderr, /^tidewire: --header: [^\n]+\n$/)
    assert.doesNotMatch(stderr, /hunter2/, 'what may be a secret is not repeated')
  })
})
