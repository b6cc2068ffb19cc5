import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createTcpServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { suite } from 'node:test'
import type { WebSocket } from 'ws'
import { acceptFor } from '../../dist/core/index.js'
import { ports } from '../../dist/node/ports.js'
import { type Api, closed, gone, listening, type Log, same, urlOf } from './both.ts'

/** Logs how an attempt goes, to its end. */
async function attempt(client: WebSocket, log: Log): Promise<void> {
  client.on('open', () => log('open'))
  client.on('upgrade', ({ statusCode }) => log('upgrade', statusCode))
  client.on('error', (error: NodeJS.ErrnoException) => log('error', error.message, error.code))
  client.on('close', (code, reason) => log('close', code, reason, client.readyState))
  await gone(client)
}

/** An HTTP server on loopback; `answer` gets its upgrades. */
async function serverOf(
  answer: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<{ http: Server; url: string; port: number }> {
  const http = createServer()
  http.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => {})
    answer(request, socket, head)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  return { http, port, url: `ws://127.0.0.1:${port}/` }
}

function accepted(request: IncomingMessage, ...fields: string[]): string {
  const accept = acceptFor(request.headers['sec-websocket-key']!, ports)
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    ...fields,
    '\r\n',
  ].join('\r\n')
}

suite('a client cannot be made', () => {
  same('of what is no URL, subprotocol or version', async (api, log) => {
    const wrong: [string, (string | string[])?, object?][] = [
      ['ws//nowhere'],
      ['ftp://host'],
      ['ws://host/#fragment'],
      ['ws+unix:'],
      ['ws://host', 'a b'],
      ['ws://host', ['a', 'a']],
      ['ws://host', ['']],
      ['ws://host', [], { protocolVersion: 7 }],
    ]
    for (const [url, protocols, options] of wrong) {
      try {
        log('made', new api.WebSocket(url, protocols, options))
      } catch (error) {
        log(error)
      }
    }
    await Promise.resolve()
  })
})

suite('a client that is', () => {
  same('closed while it connects', async (api, log) => {
    const server = await listening(api)
    const client = new api.WebSocket(urlOf(server))
    client.close(1000)
    log(client.readyState)
    await attempt(client, log)
    await closed(server)
  })

  same('terminated while it connects', async (api, log) => {
    const server = await listening(api)
    const client = new api.WebSocket(urlOf(server))
    client.terminate()
    await attempt(client, log)
    client.terminate()
    client.close()
    client.pause()
    client.resume()
    log(client.isPaused, client.bufferedAmount)
    await closed(server)
  })

  same('asked to send while it connects', async (api, log) => {
    const server = await listening(api)
    const client = new api.WebSocket(urlOf(server))
    for (const act of [() => client.send('a'), () => client.ping(), () => client.pong()]) {
      try {
        act()
      } catch (error) {
        log(error)
      }
    }
    await once(client, 'open')
    await closed(server)
  })

  same('closed in the event upgrade', async (api, log) => {
    const server = await listening(api)
    const client = new api.WebSocket(urlOf(server))
    client.on('upgrade', () => client.close())
    await attempt(client, log)
    await closed(server)
  })
})

suite('a client says and does what ws does', () => {
  const answers: Record<string, (request: IncomingMessage) => string> = {
    'when it is refused': () => 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n',
    'when the answer is not HTTP': () => 'SSH-2.0\r\n\r\n',
    'when the protocol is another': (request) =>
      accepted(request).replace('Upgrade: websocket', 'Upgrade: h2c'),
    'when the accept is another': (request) => accepted(request).replace('Accept: ', 'Accept: x'),
    'when a subprotocol comes that it did not ask for': (request) =>
      accepted(request, 'Sec-WebSocket-Protocol: b'),
    'when no subprotocol comes': (request) => accepted(request),
    'when an extension comes that it did not ask for': (request) =>
      accepted(request, 'Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Extensions: x-other'),
    'when the extension makes no sense': (request) =>
      accepted(request, 'Sec-WebSocket-Protocol: a', 'Sec-WebSocket-Extensions: ;;'),
    'when a parameter of the extension is wrong': (request) =>
      accepted(
        request,
        'Sec-WebSocket-Protocol: a',
        'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=20',
      ),
    'when the server hangs up': () => '',
  }
  for (const [name, answer] of Object.entries(answers)) {
    same(name, async (api, log) => {
      const { http, url } = await serverOf((request, socket) => socket.end(answer(request)))
      await attempt(new api.WebSocket(url, ['a']), log)
      http.close()
    })
  }

  same('when there is an extension and none was offered', async (api, log) => {
    const { http, url } = await serverOf((request, socket) => {
      log(request.headers['sec-websocket-extensions'])
      socket.end(accepted(request, 'Sec-WebSocket-Extensions: permessage-deflate'))
    })
    await attempt(new api.WebSocket(url, { perMessageDeflate: false }), log)
    http.close()
  })

  same('when nobody is there', async (api, log) => {
    const tcp = createTcpServer().listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const { port } = tcp.address() as AddressInfo
    tcp.close()
    await once(tcp, 'close')
    const client = new api.WebSocket(`ws://127.0.0.1:${port}`)
    client.on('error', (error: NodeJS.ErrnoException) => log(error.code))
    client.on('close', (code) => log(code))
    await gone(client)
  })

  same('when the answer takes longer than handshakeTimeout', async (api, log) => {
    const { http, url } = await serverOf(() => {})
    await attempt(new api.WebSocket(url, { handshakeTimeout: 50 }), log)
    http.closeAllConnections()
    http.close()
  })

  same('when the program takes an unexpected response itself', async (api, log) => {
    const { http, url } = await serverOf((_request, socket) =>
      socket.end('HTTP/1.1 418 Teapot\r\nContent-Length: 5\r\nConnection: close\r\n\r\nshort'),
    )
    const client = new api.WebSocket(url)
    const told = new Promise<void>((resolve) =>
      client.on('unexpected-response', (request, response) => {
        log(request.method, response.statusCode, client.readyState)
        response.on('data', (data) => log(data)).on('end', resolve)
      }),
    )
    await told
    client.terminate()
    await attempt(client, log)
    http.close()
  })

  same('when options change the request', async (api, log) => {
    const { http, url } = await serverOf((request, socket) => {
      const { headers } = request
      log(request.url, headers['origin'], headers['x-test'], headers['authorization'])
      log(headers['sec-websocket-version'], headers['sec-websocket-protocol'])
      log(headers['sec-websocket-extensions'], headers['cookie'])
      socket.end(accepted(request, 'Sec-WebSocket-Protocol: b'))
    })
    const client = new api.WebSocket(
      `${url.replace('//', '//user:p%40ss@')}path?query`,
      ['a', 'b'],
      {
        origin: 'https://app.example',
        headers: { 'X-Test': 'yes' },
        perMessageDeflate: { serverNoContextTakeover: true, clientMaxWindowBits: 10 },
        finishRequest: (request, websocket) => {
          log(websocket.readyState)
          request.setHeader('Cookie', 'a=b')
          request.end()
        },
      },
    )
    await attempt(client, log)
    log(client.protocol)
    http.close()
  })

  same('with an old version of the protocol', async (api, log) => {
    const { http, url } = await serverOf((request, socket) => {
      const { headers } = request
      log(headers['sec-websocket-version'], headers['sec-websocket-origin'], headers['origin'])
      socket.end(accepted(request))
    })
    await attempt(new api.WebSocket(url, { protocolVersion: 8, origin: 'https://a.example' }), log)
    http.close()
  })

  same('over a socket in the file system', async (api, log) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewire-ws-'))
    const path = join(folder, 'socket')
    const http = createServer()
    const server = new api.WebSocketServer({ server: http })
    server.on('connection', (peer, request) => {
      log(request.url)
      peer.close(1000)
    })
    http.listen(path)
    await once(http, 'listening')
    for (const url of [`ws+unix://${path}`, `ws+unix:${path}:/path?query`]) {
      await attempt(new api.WebSocket(url), log)
    }
    log(typeof server.address())
    http.close()
    rmSync(folder, { recursive: true })
  })
})

suite('a client that is redirected', () => {
  async function redirecting(
    api: Api,
    log: Log,
    location: (port: number) => string,
    options: object,
  ): Promise<void> {
    const target = await serverOf((request, socket) => {
      const { headers } = request
      log('arrived', request.url, headers['authorization'], headers['cookie'], headers['x-test'])
      socket.end(accepted(request))
    })
    const first = await serverOf((request, socket) => {
      log('asked', request.headers['authorization'], request.headers['cookie'])
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${location(target.port)}\r\n\r\n`)
    })
    const url = first.url.replace('//', '//user:secret@')
    const headers = { Cookie: 'session=1', 'X-Test': 'yes' }
    const client = new api.WebSocket(url, { headers, ...options })
    await attempt(client, (...entry) =>
      log(...entry.map((one) => (typeof one === 'string' ? one.replace(/:\d+/, ':port') : one))),
    )
    target.http.close()
    first.http.close()
  }

  const elsewhere = (port: number): string => `http://127.0.0.1:${port}/there`

  same('does not follow unless it is told to', (api, log) => redirecting(api, log, elsewhere, {}))
  same('takes no credentials elsewhere', (api, log) =>
    redirecting(api, log, elsewhere, { followRedirects: true }),
  )
  same('gives up after too many', (api, log) =>
    redirecting(api, log, () => '/again', { followRedirects: true, maxRedirects: 3 }),
  )
  same('stops at what is no URL', (api, log) =>
    redirecting(api, log, () => 'ws://[', { followRedirects: true }),
  )
  same('stops at another scheme', (api, log) =>
    redirecting(api, log, () => 'ftp://host/', { followRedirects: true }),
  )

  same('tells the program, which may take its credentials along', async (api, log) => {
    const target = await serverOf((request, socket) => {
      log('arrived', request.headers['cookie'])
      socket.end(accepted(request))
    })
    const first = await serverOf((_request, socket) =>
      socket.end(`HTTP/1.1 307 Temporary Redirect\r\nLocation: ${target.url}there\r\n\r\n`),
    )
    const client = new api.WebSocket(first.url, {
      followRedirects: true,
      headers: { Cookie: 'a=b' },
    })
    client.on('redirect', (url, request) => {
      log('redirect', url.endsWith('/there'), request.getHeader('cookie'), client.url === url)
    })
    await attempt(client, log)
    target.http.close()
    first.http.close()
  })
})
