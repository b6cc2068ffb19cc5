import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test, type TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { ConnectError } from '../../dist/node/connect-error.js'
import { connect, type ConnectOptions } from '../../dist/node/connect.js'
import { WebSocket } from '../../dist/node/websocket.js'
import {
  acceptance,
  type Answer,
  closeFrame,
  field,
  fixture,
  listen,
  nothingOpen,
  onRequest,
  rawPeer,
  rawTlsPeer,
  rejection,
} from './peers.ts'
import { httpProxy } from './proxies.ts'

const ca = fixture('localhost.cert.pem')

function moved(location: string, status = 302): string {
  return `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 9\r\n\r\n`
}

/** What a server answers that accepts each request, and notes it. */
function accepting(requests: string[]): Answer {
  return (socket, request) => {
    requests.push(request)
    socket.write(acceptance(request))
  }
}

async function failure(url: string, options: ConnectOptions): Promise<ConnectError> {
  const error = await rejection(connect(url, options))
  assert.ok(error instanceof ConnectError, String(error))
  return error
}

/** Connects, and closes again. @returns The URL it was connected to. */
async function visit(url: string, options: ConnectOptions): Promise<string> {
  const socket = await connect(url, options)
  socket.terminate()
  await socket.closed
  return socket.url
}

/** A server that redirects `/` to `/chat`, where a WebSocket is. */
async function within(t: TestContext, requests: string[]): Promise<string> {
  return rawPeer(t, (socket, request) => {
    requests.push(request)
    const at = /^GET (\S+)/.exec(request)![1]!
    socket.write(at === '/' ? moved('/chat?x#part') : acceptance(request))
  })
}

/** The options whose values are secrets between the program and one server. */
const secrets: ConnectOptions = {
  headers: { Authorization: 'Bearer 1', Cookie: 'sid=1', 'X-Api-Key': '1' },
  origin: 'https://app.example',
  protocols: [],
}

describe('redirects', () => {
  test('are not followed unasked', async (t) => {
    let requests = 0
    const url = await rawPeer(t, (socket) => {
      requests++
      socket.end(moved('/chat'))
    })
    const error = await failure(url, {})
    assert.deepEqual([error.code, error.status], ['ERR_HANDSHAKE_STATUS', 302])
    assert.match(error.message, /connect there if you trust it, or set redirects/)
    assert.equal(requests, 1)
  })

  for (const status of [301, 302, 303, 307, 308]) {
    test(`${status} is followed, with all that was said to the same server`, async (t) => {
      const requests: string[] = []
      const url = await rawPeer(t, (socket, request) => {
        requests.push(request)
        const first = request.startsWith('GET / ')
        socket.write(first ? moved('chat?x#part', status) : acceptance(request))
      })
      const withUser = url.replace('//', '//ada:p%40ss@')
      assert.equal(await visit(withUser, { ...secrets, redirects: 1 }), `${url}/chat?x`)
      const [first, second] = requests
      assert.match(second!, /^GET \/chat\?x HTTP/)
      for (const name of ['authorization', 'cookie', 'x-api-key', 'origin', 'host']) {
        assert.equal(field(second!, name), field(first!, name))
        assert.ok(field(second!, name))
      }
      assert.notEqual(field(second!, 'sec-websocket-key'), field(first!, 'sec-websocket-key'))
    })
  }

  test('keep the user name of the URL for the same server', async (t) => {
    const requests: string[] = []
    const url = await within(t, requests)
    await visit(url.replace('//', '//ada:p%40ss@'), { redirects: 1 })
    const authorizations = requests.map((request) => field(request, 'authorization'))
    const basic = `Basic ${btoa('ada:p@ss')}`
    assert.deepEqual(authorizations, [basic, basic])
  })

  for (const status of [300, 304, 305]) {
    test(`${status} is not followed`, async (t) => {
      const url = await rawPeer(t, (socket) => socket.end(moved('/chat', status)))
      const error = await failure(url, { redirects: 5 })
      assert.deepEqual([error.code, error.status], ['ERR_HANDSHAKE_STATUS', status])
    })
  }

  test('without a Location are refusals like others', async (t) => {
    const url = await rawPeer(t, (socket) => socket.end('HTTP/1.1 302 Where?\r\n\r\n'))
    const error = await failure(url, { redirects: 5 })
    assert.deepEqual([error.code, error.status], ['ERR_HANDSHAKE_STATUS', 302])
  })

  test('are followed by the WebSocket class, whose URL stays the one it was given', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      if (request.startsWith('GET / ')) return void socket.end(moved('/chat'))
      socket.write(acceptance(request))
      socket.end(closeFrame(1000))
    })
    const socket = new WebSocket(url, { redirects: 1 })
    await once(socket, 'open')
    assert.equal(socket.url, `${url}/`)
    await once(socket, 'close')
  })

  test('lead from ws: to wss: on http: and https: URLs too', async (t) => {
    const requests: string[] = []
    const secure = await rawTlsPeer(t, accepting(requests))
    const https = `${secure.replace('wss:', 'https:')}/chat`
    const plain = await rawPeer(t, (socket) => socket.write(moved(https)))
    assert.equal(await visit(plain, { redirects: 1, tls: { ca } }), `${secure}/chat`)
    assert.match(requests[0]!, /^GET \/chat /)
  })
})

describe('who is redirected elsewhere takes no credentials along:', () => {
  test('to another port', async (t) => {
    const requests: string[] = []
    const other = await rawPeer(t, accepting(requests))
    const url = await rawPeer(t, (socket) => socket.write(moved(`${other}/chat`)))
    await visit(url.replace('//', '//ada:secret@'), { ...secrets, headers: [], redirects: 1 })
    await visit(url, { ...secrets, redirects: 1 })
    assert.equal(requests.length, 2)
    for (const request of requests) {
      assert.doesNotMatch(request, /authorization|cookie|api-key/i)
      assert.equal(field(request, 'origin'), 'https://app.example')
      assert.equal(field(request, 'host'), new URL(other).host)
    }
  })

  test('to another host at the same port', async (t) => {
    const requests: string[] = []
    const url = await rawPeer(t, (socket, request) => {
      requests.push(request)
      const here = field(request, 'host')!
      const there = here.replace('127.0.0.1', 'localhost')
      socket.write(here === there ? acceptance(request) : moved(`ws://${there}/`))
    })
    await visit(url, { ...secrets, redirects: 1, family: 4 })
    assert.equal(requests.length, 2)
    assert.doesNotMatch(requests[1]!, /authorization|cookie|api-key/i)
  })

  test('nor back to where it came from', async (t) => {
    const requests: string[] = []
    let other = ''
    const url = await rawPeer(t, (socket, request) => {
      requests.push(request)
      socket.write(requests.length === 1 ? moved(other) : acceptance(request))
    })
    other = await rawPeer(t, (socket) => socket.write(moved(url)))
    await visit(url, { ...secrets, redirects: 2 })
    assert.equal(requests.length, 2)
    assert.doesNotMatch(requests[1]!, /authorization|cookie|api-key/i)
  })

  test('no certificate of ours, and not the name of the first server', async (t) => {
    const identity = { key: fixture('localhost.key.pem'), cert: ca }
    const certified: [servername: unknown, certificate: boolean][] = []
    const note = (socket: TLSSocket): void => {
      const { servername } = socket as TLSSocket & { servername: unknown }
      const given = Object.keys(socket.getPeerCertificate()).length > 0
      certified.push([servername, given])
    }
    const asking = { requestCert: true, rejectUnauthorized: false }
    const target = await rawTlsPeer(
      t,
      (socket, request) => {
        note(socket as TLSSocket)
        socket.write(acceptance(request))
      },
      asking,
    )
    const url = await rawTlsPeer(
      t,
      (socket) => {
        note(socket as TLSSocket)
        socket.write(moved(target))
      },
      asking,
    )
    await visit(url, { redirects: 1, tls: { ca, ...identity, servername: 'other.test' } })
    assert.deepEqual(certified, [
      ['other.test', true],
      ['localhost', false],
    ])
  })

  test('not through the Unix socket, unless to the same server', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'a.sock')
    const outside: string[] = []
    const inside: string[] = []
    const other = await rawPeer(t, accepting(outside))
    const server = createServer((connection) =>
      onRequest(connection, (socket, request) => {
        inside.push(request)
        const at = /^GET (\S+)/.exec(request)![1]
        const answers: Record<string, string> = { '/away': moved(other), '/here': moved('/chat') }
        socket.write(answers[at!] ?? acceptance(request))
      }),
    )
    await listen(t, server, path)
    const options = { ...secrets, redirects: 1 }
    await visit(`ws+unix:${path}:/here`, options)
    await visit('ws://chat.example/here', { ...options, socketPath: path })
    assert.equal(inside.length, 4)
    for (const request of [inside[1]!, inside[3]!]) {
      assert.match(request, /^GET \/chat /)
      assert.equal(field(request, 'x-api-key'), '1')
    }
    await visit(`ws+unix:${path}:/away`, options)
    await visit('ws://chat.example/away', { ...options, socketPath: path })
    assert.equal(outside.length, 2)
    for (const request of outside) assert.doesNotMatch(request, /authorization|cookie|api-key/i)
  })
})

describe('a redirect is refused', () => {
  const locations: [location: string, words: RegExp][] = [
    ['ftp://other.example/', /to a URL of the scheme ftp:/],
    ['ws+unix:/run/secret.sock:/', /to a URL of the scheme ws\+unix:/],
    ['http://[', /to what is no URL/],
    ['ws://ada:secret@other.example/', /to a URL with a user name in it/],
    ['//ada@other.example/', /to a URL with a user name in it/],
    ['http://other.example:25/', /to ws:\/\/other\.example:25\/, a port of another protocol/],
    ['wss://127.0.0.1:6000/', /to wss:\/\/127\.0\.0\.1:6000\/, a port of another protocol/],
  ]
  for (const [location, words] of locations) {
    test(`to ${location}`, async (t) => {
      const url = await rawPeer(t, (socket) => socket.end(moved(location, 307)))
      const error = await failure(`${url}/?token=secret`, { redirects: 3 })
      assert.deepEqual(
        [error.code, error.phase, error.status],
        ['ERR_CONNECT_REDIRECT', 'response', 307],
      )
      assert.equal(error.headers?.get('location'), location)
      assert.ok(error.cause instanceof ConnectError)
      assert.match(error.message, words)
      assert.doesNotMatch(error.message, /secret/)
      await nothingOpen()
    })
  }

  test('away from TLS', async (t) => {
    for (const scheme of ['ws', 'http']) {
      const url = await rawTlsPeer(t, (socket) =>
        socket.write(moved(`${scheme}://localhost:1/a?b`)),
      )
      const error = await failure(url, { redirects: 3, tls: { ca } })
      assert.equal(error.code, 'ERR_CONNECT_REDIRECT')
      assert.match(error.message, /it redirects to ws:\/\/localhost:1\/a, where there is no TLS/)
    }
  })

  test('once too often, with the way it went', async (t) => {
    let count = 0
    const url = await rawPeer(t, (socket) => socket.end(moved(`/${++count}?token=secret`)))
    const error = await failure(url, { redirects: 2 })
    assert.equal(count, 3)
    assert.equal(error.code, 'ERR_CONNECT_REDIRECT')
    const chain = ['', '1', '2', '3'].map((path) => `${url}/${path}`).join(' -> ')
    assert.ok(
      error.message.includes(`it redirects more often than 2 times: ${chain}`),
      error.message,
    )
    assert.doesNotMatch(error.message, /secret/)
    await nothingOpen()
  })
})

describe('on the way of redirects', () => {
  test('what fails later says where it came from', async (t) => {
    const other = await rawPeer(t, (socket) => socket.end('HTTP/1.1 404 No\r\n\r\n'))
    const url = await rawPeer(t, (socket) => socket.write(moved(other)))
    const error = await failure(url, { redirects: 1 })
    assert.equal(error.status, 404)
    assert.ok(error.message.includes(`${new URL(other).host}, redirected there by ${url}/,`))
  })

  test('the time is that of one connect', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      socket.on('end', () => socket.end())
      if (request.startsWith('GET / ')) socket.write(moved('/silent'))
    })
    const error = await failure(url, { redirects: 1, limits: { handshakeTimeout: 250 } })
    assert.equal(error.code, 'ERR_CONNECT_TIMEOUT')
    await nothingOpen()
  })

  test('a signal stops at any of them', async (t) => {
    const controller = new AbortController()
    const url = await rawPeer(t, (socket, request) => {
      socket.on('end', () => socket.end())
      if (request.startsWith('GET / ')) socket.write(moved('/silent'))
      else controller.abort()
    })
    const connecting = connect(url, { redirects: 1, signal: controller.signal })
    assert.equal((await rejection(connecting)).name, 'AbortError')
    await nothingOpen()
  })

  test('each goes through the proxy', async (t) => {
    const proxy = await httpProxy(t)
    const requests: string[] = []
    const url = await within(t, requests)
    await visit(url.replace('127.0.0.1', 'chat.example'), { redirects: 1, proxy: proxy.url })
    assert.equal(proxy.requests.length, 2)
  })
})
