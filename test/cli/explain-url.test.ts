import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttpServer, request as httpRequest, type Server } from 'node:http'
import { createSecureServer } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { WebSocketServer } from 'ws'
import { readExplainSettings } from '../../dist/cli/explain-options.js'
import { watchHandshake } from '../../dist/cli/watch-handshake.js'
import { explainObservation, type ObservedExplanation } from '../../dist/inspect/index.js'
import { serve } from '../../dist/node/index.js'
import {
  acceptance,
  closeFrame,
  echoPeer,
  field,
  fixture,
  frame,
  listen,
  opcodes,
  rawPeer,
  rawTlsPeer,
} from '../node/peers.ts'
import { run } from './programs.ts'

/** Long enough for a machine that is busy with other things. */
const patience = '--timeout=2'
const ca = ['--ca', 'test/node/fixtures/localhost.cert.pem']

async function explain(...args: string[]): Promise<ObservedExplanation> {
  const { source } = readExplainSettings(args)
  assert.ok(source.kind === 'url')
  return explainObservation(await watchHandshake(source.target, source.options))
}

function codes({ findings }: ObservedExplanation): string[] {
  return findings.map(({ code }) => code)
}

/** What was said of the only thing that is wrong. */
async function only(code: string, ...args: string[]): Promise<string> {
  const explanation = await explain(...args)
  assert.deepEqual(codes(explanation), [code])
  const [{ text, expected = '' } = { text: '' }] = explanation.findings
  return `${text} ${expected}`
}

/** A server that answers every request with these bytes, and leaves it at that. */
function answering(t: TestContext, bytes: string): Promise<string> {
  return rawPeer(t, (socket) => void socket.write(bytes))
}

/** A server that accepts, and for each frame of the client calls `on` with its opcode. */
function framing(
  t: TestContext,
  on: (socket: Socket, opcode: number, payload: Buffer) => void,
): Promise<string> {
  return rawPeer(t, (socket, request) => {
    socket.write(acceptance(request))
    let bytes = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      // The frames of the doctor are masked and short.
      while (bytes.length >= 6 && bytes.length >= 6 + (bytes[1]! & 127)) {
        const length = bytes[1]! & 127
        const key = bytes.subarray(2, 6)
        const payload = Buffer.from(
          bytes.subarray(6, 6 + length).map((byte, at) => byte ^ key[at & 3]!),
        )
        const opcode = bytes[0]! & 15
        bytes = bytes.subarray(6 + length)
        on(socket, opcode, payload)
      }
    })
  })
}

/** Answers pings and the close frame, as a server should. */
function politely(socket: Socket, opcode: number, payload: Buffer): void {
  if (opcode === opcodes.ping) socket.write(frame(opcodes.pong, payload))
  if (opcode === opcodes.close) socket.end(frame(opcodes.close, payload))
}

async function listening(t: TestContext, server: Server): Promise<string> {
  return `127.0.0.1:${await listen(t, server)}`
}

suite('a server with which nothing is wrong', () => {
  test('is sound at every step', async (t) => {
    const explanation = await explain(await echoPeer(t))
    assert.deepEqual(codes(explanation), [])
    assert.equal(explanation.sound, true)
    assert.deepEqual(
      explanation.steps.map(({ step }) => step),
      ['tcp', 'answer', 'frames', 'close'],
    )
    assert.match(explanation.steps[0]?.text ?? '', /^connected to 127\.0\.0\.1 port \d+$/)
    assert.equal(explanation.request?.fields[0]?.name, 'Host')
    assert.match(explanation.response?.line ?? '', /^HTTP\/1\.1 101 /)
  })

  test('also by name, over TLS, compressed, with a subprotocol', async (t) => {
    const key = fixture('localhost.key.pem')
    const cert = fixture('localhost.cert.pem')
    const tls = { key, cert }
    const server = await serve({ port: 0, tls, deflate: true, protocols: ['chat'] })
    t.after(() => server.close())
    const url = `wss://localhost:${server.port}/`
    const explanation = await explain('--deflate', '--subprotocol=chat', ...ca, url)
    assert.deepEqual(codes(explanation), [])
    const [dns, , encrypted] = explanation.steps
    assert.match(dns?.text ?? '', /^localhost is .*127\.0\.0\.1/)
    assert.match(
      encrypted?.text ?? '',
      /^TLSv1\.3, \w+, ALPN http\/1\.1; a certificate for DNS:localhost/,
    )
  })

  test('also behind a Unix socket, and without a scheme', async (t) => {
    const server = createHttpServer()
    const sockets = new WebSocketServer({ server })
    t.after(() => sockets.close())
    const path = `/tmp/tidewire-explain-${process.pid}.sock`
    await listen(t, server, path)
    assert.deepEqual(codes(await explain(`ws+unix:${path}:/chat`)), [])
    const { host } = new URL(await echoPeer(t))
    assert.deepEqual(codes(await explain(`${host}/chat`)), [])
  })

  test('after an early hint', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      socket.on('data', () => socket.destroy())
      socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${acceptance(request)}`)
    })
    assert.equal((await explain(url)).response?.line, 'HTTP/1.1 101 Switching Protocols')
  })

  test('gets what the URL and the options say, and the URL is told without secrets', async (t) => {
    let asked = ''
    const url = await rawPeer(t, (socket, request) => {
      asked = request
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
    })
    const secret = url.replace('ws://', 'http://ada:l%C3%B6ve@')
    const explanation = await explain(
      '--header=X-A: 1',
      '--origin=https://a.example',
      `${secret}/x?y=1`,
    )
    assert.match(asked, /^GET \/x\?y=1 HTTP\/1\.1\r\n/)
    assert.equal(field(asked, 'x-a'), '1')
    assert.equal(field(asked, 'origin'), 'https://a.example')
    assert.equal(
      field(asked, 'authorization'),
      `Basic ${Buffer.from('ada:löve').toString('base64')}`,
    )
    assert.equal(explanation.url, `${url}/x?y=1`)
  })
})

suite('the network is at fault:', () => {
  test('a name that nobody knows', async () => {
    // RFC 6761 §6.4: .invalid never exists; without a network the system may say so in other words.
    assert.match(await only('dns', 'ws://nonexistent.invalid/'), /nonexistent\.invalid/)
  })

  test('a port at which nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const text = await only('tcp-refused', `ws://127.0.0.1:${port}/`)
    assert.match(text, new RegExp(`Nobody listens at 127\\.0\\.0\\.1 port ${port}\\.`))
  })

  test('a Unix socket that is not there', async () => {
    await only('tcp-refused', 'ws+unix:/nonexistent/tidewire.sock:/')
  })

  test('an expired certificate', async (t) => {
    const url = await rawTlsPeer(t, () => {}, { cert: fixture('expired.cert.pem') })
    const text = await only('tls-expired', '--ca', 'test/node/fixtures/expired.cert.pem', url)
    assert.match(text, /valid until Jan {2}2 00:00:00 2020 GMT/)
  })

  test('a certificate for another name, and nothing is sent to it', async (t) => {
    const url = await rawTlsPeer(t, () => assert.fail('a request came'))
    const text = await only('tls-name', ...ca, url.replace('localhost', '127.0.0.1'))
    assert.match(text, /for DNS:localhost, DNS:other\.test, and not for 127\.0\.0\.1/)
  })

  test('an issuer whom nobody knows, unless that is said to be in order', async (t) => {
    const url = await rawTlsPeer(t, (socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'))
    assert.match(await only('tls-issuer', url), /issued by/)
    await only('path-unknown', '--insecure', url)
  })

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    test(`a certificate of ours is wanted, ${maxVersion}`, async (t) => {
      const options = { requestCert: true, rejectUnauthorized: true, maxVersion }
      const url = await rawTlsPeer(t, () => {}, { ...options, ca: fixture('localhost.cert.pem') })
      const explanation = await explain(...ca, url)
      // Until TLS 1.3 the alert says only that the handshake failed.
      const expected = maxVersion === 'TLSv1.3' ? 'tls-client-certificate' : 'tls-failed'
      assert.deepEqual(codes(explanation), [expected])
    })
  }

  test('wss:// to a server without TLS', async (t) => {
    const host = await listening(t, createHttpServer())
    await only('tls-not-spoken', `wss://${host}/`)
  })

  test('ws:// to a server with TLS', async (t) => {
    const url = await rawTlsPeer(t, () => {})
    assert.match(await only('tls-wanted', url.replace('wss:', 'ws:')), /TLS gets one/)
    // Other servers answer with an alert.
    const alert = Buffer.of(0x15, 3, 3, 0, 2, 2, 70)
    const plain = await rawPeer(t, (socket) => socket.end(alert))
    assert.match(await only('tls-wanted', plain), /TLS alert/)
  })

  test('ws:// to a server with TLS that says so in HTTP', async (t) => {
    const said = 'Client sent an HTTP request to an HTTPS server.'
    const head = `HTTP/1.0 400 Bad Request\r\nContent-Length: ${said.length}\r\n\r\n`
    await only('tls-wanted', await answering(t, head + said))
  })

  test('ALPN that has only h2', async (t) => {
    const key = fixture('localhost.key.pem')
    const server = createSecureServer({ key, cert: fixture('localhost.cert.pem') })
    server.on('sessionError', () => {})
    const port = await listen(t, server)
    const text = await only('alpn-h2', ...ca, `wss://localhost:${port}/`)
    assert.match(text, /refuses http\/1\.1 by ALPN; when h2 is offered too, it chooses h2/)
  })

  test('a server that speaks HTTP/2 whatever was agreed', async (t) => {
    const settings = Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0)
    const url = await rawTlsPeer(t, (socket) => socket.end(settings))
    assert.match(await only('alpn-h2', ...ca, url), /HTTP\/2 to a request in HTTP\/1\.1/)
  })

  test('no answer', async (t) => {
    const url = await rawPeer(t, () => {})
    assert.match(await only('answer-timeout', patience, url), /came nothing/)
  })

  test('half an answer', async (t) => {
    const url = await rawPeer(t, (socket) => socket.end('HTTP/1.1 101 Swi'))
    assert.match(await only('answer-cut', url), /after 16 bytes of a head/)
  })

  test('no answer but the end', async (t) => {
    // Whatever it is sent, a greeting of TLS too.
    const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
    await only('answer-cut', `ws://127.0.0.1:${await listen(t, server)}/`)
  })

  test('another kind of server', async (t) => {
    const url = await rawPeer(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    assert.match(await only('answer-not-http', url), /"SSH-2\.0-OpenSSH/)
  })
})

suite('the answer is at fault:', () => {
  test('a proxy that strips Upgrade', async (t) => {
    const behind = new URL(await echoPeer(t))
    const proxy = createHttpServer((incoming, outgoing) => {
      const { upgrade: _, connection: __, ...headers } = incoming.headers
      const forwarded = httpRequest(
        { port: behind.port, path: incoming.url, headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode!, answer.headers)
          answer.pipe(outgoing)
        },
      )
      incoming.pipe(forwarded)
    })
    const text = await only('upgrade-stripped', `ws://${await listening(t, proxy)}/`)
    assert.match(text, /answered 426 Upgrade Required to a request that asks for the upgrade/)
  })

  test('the wrong path', async (t) => {
    const server = await serve({ port: 0, path: '/chat' })
    t.after(() => server.close())
    const url = `ws://127.0.0.1:${server.port}`
    await only('path-unknown', `${url}/chatt`)
    assert.deepEqual(codes(await explain(`${url}/chat`)), [])
  })

  test('a redirect', async (t) => {
    const head =
      'HTTP/1.1 301 Moved\r\nLocation: https://a.example/chat\r\nContent-Length: 0\r\n\r\n'
    assert.match(await only('redirect', await answering(t, head)), /wss:\/\/a\.example\/chat/)
  })

  test('an origin that is refused: the others are tried', async (t) => {
    const server = await serve({ port: 0 })
    t.after(() => server.close())
    const url = `ws://127.0.0.1:${server.port}/`
    const explanation = await explain('--origin=https://app.example', url)
    assert.deepEqual(codes(explanation), ['origin-foreign', 'origin-refused'])
    const own = `http://127.0.0.1:${server.port}`
    assert.equal(
      explanation.steps.at(-1)?.text,
      `https://app.example 403, no Origin 101, ${own} 101, https://foreign.example 403, null 403`,
    )
    assert.equal(explanation.findings[1]?.expected, `a request without Origin, ${own}`)
  })

  test('a 403 that is for everybody is not laid to the origin', async (t) => {
    const url = await answering(t, 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    await only('forbidden', url)
  })

  test('a refusal in chunks, which says why', async (t) => {
    const refusing = createHttpServer((_, answer) => {
      answer.writeHead(503, { 'Content-Type': 'text/plain' })
      answer.write('no seats left')
      answer.end('\n')
    })
    const text = await only('server-busy', `ws://${await listening(t, refusing)}/`)
    assert.match(text, /answered 503 Service Unavailable, and says "no seats left"\./)
  })

  test('no check of origins, when they are tried', async (t) => {
    const url = await echoPeer(t)
    const explanation = await explain('--origins', url)
    assert.deepEqual(codes(explanation), ['origin-unchecked'])
    assert.equal(explanation.sound, true)
  })

  test('the wrong Accept', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      const wrong = acceptance(request.replace(/(sec-websocket-key: )./i, '$1_'))
      socket.end(wrong)
    })
    const explanation = await explain(url)
    assert.ok(codes(explanation).includes('accept-wrong'))
  })

  test('lines that end in LF alone', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      socket.write(acceptance(request).replaceAll('\r\n', '\n'))
      socket.on('data', (chunk: Buffer) => {
        const key = chunk.subarray(2, 6)
        const payload = chunk.subarray(6).map((byte, at) => byte ^ key[at & 3]!)
        politely(socket, chunk[0]! & 15, Buffer.from(payload))
      })
    })
    await only('line-bare-lf', url)
  })

  test('a server of a draft', async (t) => {
    const lines = [
      'HTTP/1.1 101 WebSocket Protocol Handshake',
      'Upgrade: WebSocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Origin: null',
      'Sec-WebSocket-Location: ws://a.example/',
    ]
    const url = await rawPeer(t, (socket) => socket.end(`${lines.join('\r\n')}\r\n\r\n`))
    assert.ok(codes(await explain(url)).includes('answer-draft'))
  })
})

suite('what comes behind the handshake is at fault:', () => {
  test('a body', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      socket.write(`${acceptance(request)}<html>hello</html>`)
    })
    assert.match(await only('content-behind-answer', url), /<html>hello<\/html>/)
  })

  test('a masked frame', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      socket.write(acceptance(request))
      socket.write(Buffer.of(0x81, 0x81, 1, 2, 3, 4, 5))
    })
    assert.match(await only('frame-malformed', url), /mask.*\(81 81 01 02 03 04 05\)/)
  })

  test('a close at once, with its code', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      socket.write(acceptance(request))
      socket.end(closeFrame(1008, 'who are you?'))
    })
    assert.match(
      await only('closed-at-once', url),
      /1008 \(Policy Violation\), and said "who are you\?"/,
    )
  })

  test('the end at once', async (t) => {
    const url = await rawPeer(t, (socket, request) => void socket.end(acceptance(request)))
    assert.match(await only('closed-at-once', url), /1006/)
  })

  test('a ping that is not answered', async (t) => {
    const url = await framing(t, () => {})
    await only('ping-unanswered', patience, url)
  })

  test('a close frame that is not answered', async (t) => {
    const url = await framing(t, (socket, opcode, payload) => {
      if (opcode === opcodes.close) socket.end()
      else politely(socket, opcode, payload)
    })
    const explanation = await explain(url)
    assert.deepEqual(codes(explanation), ['close-unanswered'])
    assert.equal(explanation.sound, true)
  })

  test('an idle connection that is cut', async (t) => {
    const url = await framing(t, (socket, _, payload) => {
      socket.write(frame(opcodes.pong, payload))
      socket.end()
    })
    assert.match(await only('idle-cut', '--idle=60', url), /without a close frame \(1006\)/)
  })

  test('an idle connection that is closed', async (t) => {
    const url = await framing(t, (socket, _, payload) => {
      socket.write(frame(opcodes.pong, payload))
      socket.end(closeFrame(1001, 'idle'))
    })
    const explanation = await explain('--idle=60', url)
    assert.ok(['idle-closed', 'closed-at-once'].includes(codes(explanation)[0]!))
    assert.match(explanation.findings[0]?.text ?? '', /1001 \(Going Away\), and said "idle"/)
  })

  test('an idle connection that nobody answers on any more', async (t) => {
    let pings = 0
    const url = await framing(t, (socket, opcode, payload) => {
      if (opcode === opcodes.ping && ++pings === 1) socket.write(frame(opcodes.pong, payload))
    })
    await only('idle-dead', '--idle=0.05', patience, url)
  })

  test('nothing: it outlives the idle time, and pings of the server are answered', async (t) => {
    const pongs: string[] = []
    const url = await framing(t, (socket, opcode, payload) => {
      if (opcode === opcodes.pong) pongs.push(payload.toString())
      if (opcode === opcodes.ping && pongs.length === 0) socket.write(frame(opcodes.ping, 'there?'))
      politely(socket, opcode, payload)
    })
    const explanation = await explain('--idle=0.05', url)
    assert.deepEqual(codes(explanation), [])
    assert.deepEqual(pongs, ['there?'])
    assert.match(
      explanation.steps.at(-2)?.text ?? '',
      /^silent for .*; a ping was answered afterwards$/,
    )
  })
})

suite('the command', () => {
  test('says 0 for a sound server, with its steps', async (t) => {
    const { code, stdout, stderr } = await run(t, ['explain', await echoPeer(t)])
    assert.equal(code, 0)
    assert.equal(stderr, '')
    assert.match(stdout, /^ws:\/\/127\.0\.0\.1:\d+\/\n {2}tcp +[\d.]+ ms {2}connected to /)
    assert.match(stdout, /^Verdict: sound, nothing unusual$/m)
  })

  test('says 1 for a faulty one, and nothing about heads that were never sent', async (t) => {
    const { code, stdout } = await run(t, ['explain', 'ws+unix:/nonexistent.sock'])
    assert.equal(code, 1)
    assert.doesNotMatch(stdout, /^Response/m)
    assert.match(stdout, /^✗ tcp-refused \(network, wrong\)$/m)
  })

  test('for programs has the steps too', async (t) => {
    const { stdout } = await run(t, ['explain', '--json', 'ws+unix:/nonexistent.sock'])
    const { handshakes } = JSON.parse(stdout) as { handshakes: ObservedExplanation[] }
    assert.equal(handshakes[0]?.steps[0]?.step, 'tcp')
  })
})
