import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { suite } from 'node:test'
import type { WebSocket, WebSocketServer } from 'ws'
import {
  type Api,
  closed,
  gone,
  handshake,
  listening,
  type Log,
  pair,
  rawClient,
  readAll,
  same,
  urlOf,
} from './both.ts'

/** What a raw client is answered, without what differs from run to run. */
async function answerOf(server: WebSocketServer, request: string): Promise<string> {
  const answer = await readAll(await rawClient(server, `${request}\r\n\r\n`))
  return answer.toString('latin1').replace(/^Date.*\r\n/m, '')
}

/** A server that ends every connection at once, so that only the handshake is there to be seen. */
async function ending(
  api: Api,
  options: ConstructorParameters<typeof WebSocketServer>[0],
): Promise<WebSocketServer> {
  const server = await listening(api, options)
  server.on('connection', (peer) => peer.terminate())
  return server
}

suite('verifyClient', () => {
  const withOrigin = `${handshake}\r\nOrigin: https://app.example`

  same('is told of the client, and refuses by false', async (api, log) => {
    const server = await ending(api, {
      verifyClient: ({
        origin,
        secure,
        req,
      }: {
        origin: string
        secure: boolean
        req: IncomingMessage
      }) => {
        log(origin, secure, req.url)
        return false
      },
    })
    log(await answerOf(server, withOrigin))
    await closed(server)
  })

  same('lets in by true', async (api, log) => {
    const server = await ending(api, { verifyClient: () => true })
    log(await answerOf(server, withOrigin))
    await closed(server)
  })

  const answers: [boolean, number?, string?, Record<string, string>?][] = [
    [true],
    [false],
    [false, 404],
    [false, 403, 'not you', { 'X-Why': 'because' }],
  ]
  for (const answer of answers) {
    same(`answers later with ${JSON.stringify(answer)}`, async (api, log) => {
      const server = await ending(api, {
        verifyClient: (_info: unknown, callback: (...args: typeof answer) => void) =>
          void setImmediate(() => callback(...answer)),
      })
      log(await answerOf(server, handshake))
      await closed(server)
    })
  }
})

suite('what a server answers can be told by', () => {
  const asking = `${handshake}\r\nSec-WebSocket-Protocol: a, b`

  for (const choice of ['b', false, 'unasked'] as const) {
    same(`handleProtocols giving ${choice}`, async (api, log) => {
      const server = await ending(api, {
        handleProtocols: (protocols, { url }) => {
          log([...protocols], url)
          return choice
        },
      })
      log(await answerOf(server, asking))
      await closed(server)
    })
  }

  same('the event headers', async (api, log) => {
    const server = await ending(api, {})
    server.on('headers', (headers, request) => {
      log(headers.length, request.method)
      headers.push('X-Test: yes')
    })
    log(await answerOf(server, handshake))
    await closed(server)
  })

  same('the event wsClientError', async (api, log) => {
    const server = await ending(api, {})
    server.on('wsClientError', (error, socket, request) => {
      log(error, request.headers['upgrade'])
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\nmine')
    })
    log(await answerOf(server, handshake.replace('13', '12')))
    await closed(server)
  })

  same('shouldHandle of a class of its own', async (api, log) => {
    class Picky extends api.WebSocketServer {
      override shouldHandle({ headers }: IncomingMessage): boolean {
        return headers['x-pass'] === 'yes'
      }
    }
    const server = new Picky({ port: 0, host: '127.0.0.1' })
    server.on('connection', (peer: WebSocket) => peer.terminate())
    await once(server, 'listening')
    log(await answerOf(server, handshake))
    log(await answerOf(server, `${handshake}\r\nX-Pass: yes`))
    await closed(server)
  })

  const compressions = {
    'its defaults': true,
    'no context takeover': { serverNoContextTakeover: true, clientNoContextTakeover: true },
    windows: { serverMaxWindowBits: 10, clientMaxWindowBits: 11 },
    'windows refused': { serverMaxWindowBits: false as never, clientMaxWindowBits: false as never },
    'takeover kept': { serverNoContextTakeover: false },
    nothing: false,
  }
  const offers = [
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits',
    'permessage-deflate; server_max_window_bits=9; client_max_window_bits=12',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
    'permessage-deflate; server_max_window_bits=7, permessage-deflate',
    'permessage-deflate; unknown, permessage-deflate; client_max_window_bits=9',
    'x-other; a=1, permessage-deflate; client_max_window_bits="10"',
  ]
  for (const [name, perMessageDeflate] of Object.entries(compressions)) {
    same(`perMessageDeflate: ${name}`, async (api, log) => {
      const server = await ending(api, { perMessageDeflate })
      for (const offer of offers) {
        const request = `${handshake}\r\nSec-WebSocket-Extensions: ${offer}`
        log(offer, await answerOf(server, request))
      }
      await closed(server)
    })
  }
})

suite('a server', () => {
  same('cannot be without a port, a server or noServer, nor with two of them', async (api, log) => {
    const http = createServer()
    const wrong = [
      {},
      { port: 0, noServer: true },
      { port: 0, server: http },
      { server: http, noServer: true },
    ]
    for (const options of wrong) {
      try {
        log('made', new api.WebSocketServer(options))
      } catch (error) {
        log(error)
      }
    }
    const none = new api.WebSocketServer({ noServer: true })
    try {
      log(none.address())
    } catch (error) {
      log(error)
    }
    await Promise.resolve()
  })

  same('leaves a server that was given to it open', async (api, log) => {
    const http = createServer((_request, response) => response.end('plain'))
    const server = new api.WebSocketServer({ server: http })
    server.on('listening', () => log('listening'))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const { port } = http.address() as AddressInfo
    log(typeof server.address(), http.listenerCount('upgrade'))
    const client = new api.WebSocket(`ws://127.0.0.1:${port}`)
    await once(client, 'open')
    server.close((error) => log('closed', error))
    client.close()
    await once(server, 'close')
    log(
      http.listening,
      http.listenerCount('upgrade'),
      await (await fetch(`http://127.0.0.1:${port}`)).text(),
    )
    http.close()
  })

  same('without a server takes over sockets, each of them once', async (api, log) => {
    const http = createServer()
    const server = new api.WebSocketServer({ noServer: true, clientTracking: false })
    http.on('upgrade', (request, socket: Duplex, head) => {
      server.handleUpgrade(request, socket, head, (peer, { url }) => {
        log('upgraded', url, server.clients)
        try {
          server.handleUpgrade(request, socket, head, () => log('twice'))
        } catch (error) {
          log(error)
        }
        peer.close(1000)
      })
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const client = new api.WebSocket(
      `ws://127.0.0.1:${(http.address() as AddressInfo).port}/path?a`,
    )
    await gone(client)
    http.close()
  })

  same('closes once, and tells everyone who asks', async (api, log) => {
    const server = await listening(api)
    server.on('close', () => log('close'))
    server.close((error) => log('first', error))
    server.close((error) => log('second', error))
    await once(server, 'close')
    const again = once(server, 'close')
    server.close((error) => log('third', error))
    await again
  })

  same('refuses upgrades while it closes', async (api, log) => {
    const http = createServer()
    const server = new api.WebSocketServer({ noServer: true })
    http.on('upgrade', (request, socket: Duplex, head) => {
      server.close()
      server.handleUpgrade(request, socket, head, () => log('upgraded'))
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const raw = connect((http.address() as AddressInfo).port, '127.0.0.1')
    raw.write(`${handshake}\r\n\r\n`)
    log((await readAll(raw)).toString())
    http.close()
  })

  same('tells of an address that is taken', async (api, log) => {
    const server = await listening(api)
    const { port } = server.address() as AddressInfo
    const second = new api.WebSocketServer({ port, host: '127.0.0.1' })
    const [error] = (await once(second, 'error')) as [NodeJS.ErrnoException]
    log(error.code, error.syscall)
    await closed(server)
  })

  same('makes sockets of the class that it is told', async (api, log) => {
    class Named extends api.WebSocket {
      readonly name = 'named'
    }
    const server = await listening(api, { WebSocket: Named })
    const client = new api.WebSocket(urlOf(server))
    const [peer] = (await once(server, 'connection')) as [Named]
    log(peer instanceof Named, peer.name, server.clients.has(peer), peer.url)
    await once(client, 'open')
    await closed(server)
  })
})

/** Logs how many messages come in each turn of the event loop. */
async function turnsOf(client: WebSocket, log: Log, count: number): Promise<void> {
  let inTurn = 0
  await new Promise<void>((resolve) => {
    client.on('message', (data: Buffer) => {
      if (inTurn++ === 0) setImmediate(() => (inTurn = 0))
      log(String(data), inTurn)
      if (--count === 0) resolve()
    })
  })
}

suite('how messages come can be told by', () => {
  same('allowSynchronousEvents: false', async (api, log) => {
    const { server, client, peer } = await pair(api, { client: { allowSynchronousEvents: false } })
    const turns = turnsOf(client, log, 5)
    for (const word of ['a', 'b', 'c', 'd', 'e']) peer.send(word)
    await turns
    client.on('close', (code) => log('close', code))
    peer.send('f')
    peer.close(1000)
    await gone(client)
    await closed(server)
  })

  same('autoPong: false', async (api, log) => {
    const { server, client, peer } = await pair(api, { client: { autoPong: false } })
    client.on('ping', (data) => log('ping', data))
    peer.on('pong', (data) => log('pong', data))
    peer.ping('a')
    await once(client, 'ping')
    client.pong('mine')
    await once(peer, 'pong')
    await closed(server)
  })

  same('skipUTF8Validation', async (api, log) => {
    const { server, client, peer } = await pair(api, { server: { skipUTF8Validation: true } })
    peer.on('message', (data, isBinary) => log(data, isBinary))
    client.send(Buffer.from([0x61, 0xff]), { binary: false })
    await once(peer, 'message')
    await closed(server)
  })

  same('pause and resume, which lose nothing', async (api, log) => {
    const { server, client, peer } = await pair(api)
    client.on('message', (data: Buffer) => {
      log(data)
      if (String(data) === 'second') client.pause()
    })
    client.pause()
    log(client.isPaused)
    peer.send('first')
    peer.send('second')
    await new Promise<void>((resolve) => peer.send('third', () => resolve()))
    client.resume()
    while (!client.isPaused) await new Promise((resolve) => setImmediate(resolve))
    peer.close(1000)
    client.resume()
    await gone(client)
    log(client.isPaused)
    client.pause()
    await closed(server)
  })

  same('closeTimeout, when the peer does not answer a close frame', async (api, log) => {
    const options = { closeTimeout: 20 } as object
    const server = await listening(api, options)
    const connected = once(server, 'connection')
    const raw = await rawClient(server)
    const [peer] = (await connected) as [WebSocket]
    peer.close(1000)
    peer.on('close', (code, reason) => log(code, reason))
    await gone(peer)
    raw.destroy()
    await closed(server)
  })
})
