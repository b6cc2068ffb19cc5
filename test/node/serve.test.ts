import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { WebSocket } from 'ws'
import { OptionError, serve, type ServeOptions, TidewireError } from '../../dist/node/index.js'
import { calls, frame, opcodes, opened, rawClient, served } from './raw-client.ts'

const tls = { key: fixture('localhost.key.pem'), cert: fixture('localhost.cert.pem') }

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../test/node/fixtures/${name}`, import.meta.url))
}

const echo: ServeOptions = { message: (socket, message) => void socket.send(message) }

describe('serve', () => {
  test('picks a free port of the loopback address by default', async (t) => {
    const server = await served(t, { ...echo, request: () => new Response('hello') })
    assert.equal(server.hostname, '127.0.0.1')
    assert.ok(server.port > 0)
    assert.equal(server.url, `http://127.0.0.1:${server.port}/`)
    assert.equal(await (await fetch(server.url)).text(), 'hello')
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'hi'))
    assert.equal(await client.text(), 'hi')
  })

  test('two servers can have the same options and different ports', async (t) => {
    const options = { ...echo }
    const [a, b] = [await served(t, options), await served(t, options)]
    assert.notEqual(a.port, b.port)
  })

  test('writes an IPv6 address in brackets', async (t) => {
    const server = await served(t, { hostname: '::1', request: () => new Response('six') })
    assert.equal(server.url, `http://[::1]:${server.port}/`)
    assert.equal(await (await fetch(server.url)).text(), 'six')
  })

  test('listens on a Unix socket', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'tidewire-'))
    t.after(() => rm(folder, { recursive: true }))
    const unix = join(folder, 'server.sock')
    const server = await served(t, { ...echo, unix, request: () => new Response('local') })
    assert.equal(server.port, 0)
    assert.equal(server.hostname, unix)
    assert.equal(server.url, `http+unix:${unix}`)
    const answered = calls<string>()
    httpRequest({ socketPath: unix, path: '/', agent: false }, (response) =>
      response.on('data', (data) => answered.note(String(data))),
    ).end()
    assert.equal(await answered.next(), 'local')
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'hi'))
    assert.equal(await client.text(), 'hi')
    assert.equal([...server.sockets][0]!.remoteAddress, undefined)
  })

  test('serves https and wss on one port', async (t) => {
    const seen = calls<string | undefined>()
    const server = await served(t, {
      ...echo,
      tls,
      upgrade: (request) => seen.note(request.tls?.getProtocol() ?? undefined),
      request: (request) => new Response(request.url),
    })
    assert.equal(server.url, `https://127.0.0.1:${server.port}/`)
    const answered = calls<string>()
    const options = { port: server.port, host: '127.0.0.1', ca: tls.cert, servername: 'localhost' }
    httpsRequest({ ...options, agent: false, path: '/x?y' }, (response) =>
      response.on('data', (data) => answered.note(String(data))),
    ).end()
    assert.equal(await answered.next(), `https://127.0.0.1:${server.port}/x?y`)
    const client = await opened(t, server)
    client.write(frame(opcodes.text, 'hi'))
    assert.equal(await client.text(), 'hi')
    assert.equal(await seen.next(), 'TLSv1.3')
    await client.close()
  })

  test('does not mind a client that speaks plain HTTP to a TLS port', async (t) => {
    const server = await served(t, { ...echo, tls })
    const { port, hostname } = server
    const plain = rawClient(t, { port, hostname, url: 'http:' })
    plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await plain.gone()
    assert.doesNotMatch(plain.pending.toString('latin1'), /HTTP/)
  })

  test('is disposed of at the end of its scope', async () => {
    const server = await serve(echo)
    await server[Symbol.asyncDispose]()
    await assert.rejects(fetch(server.url))
  })

  test('says when the port is in use', async (t) => {
    const { port } = await served(t)
    await assert.rejects(serve({ port }), (error: TidewireError) => {
      assert.ok(error instanceof TidewireError)
      assert.equal(error.code, 'ERR_LISTEN')
      const wrong = `cannot listen on 127.0.0.1 port ${port}: it is in use by another program`
      assert.equal(error.message, wrong)
      assert.equal((error.cause as NodeJS.ErrnoException).code, 'EADDRINUSE')
      return true
    })
  })

  test('says when the address is not of this machine', async () => {
    await assert.rejects(serve({ hostname: '192.0.2.1' }), {
      code: 'ERR_LISTEN',
      message: 'cannot listen on 192.0.2.1 port 0: this machine has no such address',
    })
    await assert.rejects(serve({ unix: '/nowhere/at/all' }), { code: 'ERR_LISTEN' })
  })

  test('takes a client of the npm package ws', async (t) => {
    const server = await served(t, echo)
    const client = new WebSocket(server.url.replace('http', 'ws'))
    const got = calls<string>()
    client.on('message', (data, isBinary) => got.note(`${isBinary} ${(data as Buffer).toString()}`))
    client.on('open', () => {
      client.send('text')
      client.send(Buffer.from('bytes'))
    })
    assert.equal(await got.next(), 'false text')
    assert.equal(await got.next(), 'true bytes')
    const closed = calls<string>()
    client.on('close', (code, reason) => closed.note(`${code} ${reason.toString()}`))
    client.close(4000, 'enough')
    assert.equal(await closed.next(), '4000 ')
  })

  test('takes the longest deadline for a handshake that there is', async (t) => {
    const { limits } = await served(t, { limits: { handshakeTimeout: 2 ** 31 - 1 } })
    assert.equal(limits.handshakeTimeout, 2 ** 31 - 1)
  })
})

describe('an option that is wrong is refused before anything is opened', () => {
  const wrong: [options: object, option: string, message: RegExp][] = [
    [{ port: 65_536 }, 'port', /got 65536, expected a whole number from 0 to 65535$/],
    [{ port: '80' }, 'port', /got "80"/],
    [{ hostname: 7 }, 'hostname', /got 7, expected a host name/],
    [{ hostname: '' }, 'hostname', /got ""/],
    [{ unix: '' }, 'unix', /got "", expected the path/],
    [{ path: 'chat' }, 'path', /got "chat", expected a path such as \/chat/],
    [{ path: '/chat?x' }, 'path', /without a query/],
    [{ prot: 80 }, 'name', /got "prot", expected one of limits, heartbeat/],
    [{ limits: { message: 0 } }, 'limits.message', /got 0, expected .* 1 to 536870888/],
    [{ limits: { mesage: 1 } }, 'limits.mesage', /expected one of message/],
    [{ limits: 5 }, 'limits', /got 5, expected an object/],
    [{ limits: null }, 'limits', /got null/],
    [{ heartbeat: true }, 'heartbeat', /got true, expected false or/],
    [{ heartbeat: { interval: 0 } }, 'heartbeat.interval', /from 1 to 2147483647/],
    [{ slowConsumer: 'drop' }, 'slowConsumer', /got "drop", expected one of close, drop-newest/],
    [{ origins: 'https://a.example' }, 'origins', /expected 'same-origin', '\*', a list/],
    [{ origins: ['a.example'] }, 'origins', /got "a.example", expected an origin such as/],
    [{ protocols: 'chat' }, 'protocols', /got "chat", expected a list or a function/],
    [{ protocols: ['a b'] }, 'protocols', /expected tokens/],
    [{ protocols: ['a', 'a'] }, 'protocols', /none of them twice/],
    [{ message: 'echo' }, 'message', /got "echo", expected a function/],
    [{ upgrade: {} }, 'upgrade', /expected a function/],
    [{ request: 'x' }, 'request', /expected a function/],
    [{ tls: { cert: 'no certificate' } }, 'tls', /expected a certificate and its key/],
  ]
  for (const [options, option, message] of wrong) {
    test(JSON.stringify(options), async () => {
      await assert.rejects(serve(options as ServeOptions), (error: OptionError) => {
        assert.ok(error instanceof OptionError, String(error))
        assert.equal(error.code, 'ERR_OPTION')
        assert.equal(error.option, option)
        assert.match(error.message, message)
        return true
      })
    })
  }
})
