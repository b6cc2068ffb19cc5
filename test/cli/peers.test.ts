import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Peers } from '../../dist/cli/peers.js'
import {
  type Handshake,
  type HttpRequest,
  type ServerSocket,
  TidewireError,
} from '../../dist/node/index.js'

function socket(ping: () => Promise<number> = () => Promise.resolve(1.5)): ServerSocket {
  return { remoteAddress: '127.0.0.1', rtt: undefined, ping } as unknown as ServerSocket
}

function handshake(url: string, headers: Record<string, string>, ...answer: string[]): Handshake {
  const headerLines = Object.entries(headers)
  const request = { method: 'GET', url, headerLines } as unknown as HttpRequest
  const lines = ['HTTP/1.1 101 Switching Protocols', ...answer]
  return { request, response: `${lines.join('\r\n')}\r\n\r\n` }
}

interface Description {
  readonly request: { line: string; headers: { name: string; value: string; meaning: string }[] }
  readonly response: Description['request']
  readonly rtt: number | null
  readonly remote: string
}

async function described(peers: Peers, id: string): Promise<Description> {
  const response = peers.describe(id)
  assert.equal(response.status, 200)
  return (await response.json()) as Description
}

test('both heads of the handshake are described, each header with its meaning', async () => {
  const peers = new Peers()
  peers.add(
    'one',
    socket(),
    handshake(
      'http://localhost:80/echo?peer=x%20y',
      { Upgrade: 'websocket', 'x-own': 'a: b' },
      'Upgrade: websocket',
      'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    ),
  )
  const { request, response, rtt, remote } = await described(peers, 'one')
  assert.equal(request.line, 'GET /echo?peer=x%20y HTTP/1.1')
  assert.deepEqual(
    request.headers.map(({ name, value }) => [name, value]),
    [
      ['Upgrade', 'websocket'],
      ['x-own', 'a: b'],
    ],
  )
  assert.equal(response.line, 'HTTP/1.1 101 Switching Protocols')
  assert.deepEqual(
    response.headers.map(({ name, value }) => [name, value]),
    [
      ['Upgrade', 'websocket'],
      ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ],
  )
  for (const { name, meaning } of [...request.headers, ...response.headers]) {
    assert.ok(meaning.length > 10, name)
  }
  assert.equal(rtt, null)
  assert.equal(remote, '127.0.0.1')
})

for (const url of ['http://LOCALHOST:80/a?b', 'https://h:443/a?b', 'http://[::1]:9/a?b']) {
  test(`the target of ${url} is shown as it was sent`, async () => {
    const peers = new Peers()
    peers.add('one', socket(), handshake(url, {}))
    assert.equal((await described(peers, 'one')).request.line, 'GET /a?b HTTP/1.1')
  })
}

test('credentials are not shown', async () => {
  const peers = new Peers()
  const secrets = { cookie: 'id=1', authorization: 'Basic eA==', 'proxy-authorization': 'x' }
  peers.add('one', socket(), handshake('http://h/', secrets, 'Set-Cookie: id=2'))
  const { request, response } = await described(peers, 'one')
  for (const { value } of [...request.headers, ...response.headers]) {
    assert.equal(value, '(hidden)')
  }
  assert.equal(request.headers.length, 3)
})

test('a ping answers with its round trip; a connection that closes meanwhile is a 409', async () => {
  const peers = new Peers()
  peers.add('up', socket(), handshake('http://h/', {}))
  const gone = new TidewireError('ERR_CLOSED', 'it has closed')
  peers.add(
    'down',
    socket(() => Promise.reject(gone)),
    handshake('http://h/', {}),
  )
  assert.deepEqual(await (await peers.ping('up')).json(), { rtt: 1.5 })
  const response = await peers.ping('down')
  assert.equal(response.status, 409)
  assert.equal(await response.text(), 'it has closed\n')
  const bug = socket(() => Promise.reject(new TypeError('a bug')))
  peers.add('broken', bug, handshake('http://h/', {}))
  await assert.rejects(peers.ping('broken'), /a bug/)
})

test('an id without a connection is not found', async () => {
  const peers = new Peers()
  for (const id of ['nobody', '__proto__', 'constructor']) {
    assert.equal(peers.describe(id).status, 404)
    assert.equal((await peers.ping(id)).status, 404)
  }
})

test('the connection that has taken an id over is not removed with the one before it', () => {
  const peers = new Peers()
  const [old, young] = [socket(), socket()]
  peers.add('one', old, handshake('http://h/', {}))
  peers.add('one', young, handshake('http://h/', {}))
  peers.remove('one', old)
  peers.remove(undefined, young)
  assert.equal(peers.describe('one').status, 200)
  peers.remove('one', young)
  assert.equal(peers.describe('one').status, 404)
})
