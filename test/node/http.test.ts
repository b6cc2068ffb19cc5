import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { HttpRequest } from '../../dist/node/index.js'
import { calls, rawClient, served } from './raw-client.ts'

const encoder = new TextEncoder()

/** An ordinary request as its bytes. */
function plain(requestLine: string, body = '', ...fields: string[]): string {
  const length = body === '' ? [] : [`Content-Length: ${body.length}`]
  return [
    `${requestLine} HTTP/1.1`,
    'Host: example.localhost',
    ...length,
    ...fields,
    '',
    body,
  ].join('\r\n')
}

describe('an ordinary request', () => {
  test('is answered with text, JSON, bytes or a stream', async (t) => {
    const answers: Record<string, () => Response> = {
      '/text': () => new Response('grüße'),
      '/json': () => Response.json({ a: 1 }, { status: 201 }),
      '/bytes': () => new Response(Uint8Array.of(0, 255)),
      '/stream': () => new Response(streamOf(['a', 'b', 'c'])),
      '/none': () => new Response(null, { status: 204 }),
    }
    const server = await served(t, { request: ({ path }) => answers[path]!() })
    const ask = (path: string): Promise<Response> => fetch(new URL(path, server.url))
    const text = await ask('/text')
    assert.equal(text.headers.get('content-type'), 'text/plain;charset=UTF-8')
    assert.equal(await text.text(), 'grüße')
    const json = await ask('/json')
    assert.equal(json.status, 201)
    assert.deepEqual(await json.json(), { a: 1 })
    assert.deepEqual(
      new Uint8Array(await (await ask('/bytes')).arrayBuffer()),
      Uint8Array.of(0, 255),
    )
    assert.equal(await (await ask('/stream')).text(), 'abc')
    const none = await ask('/none')
    assert.equal(none.status, 204)
    assert.equal(await none.text(), '')
  })

  test('can set a cookie twice, a reason phrase, and any field', async (t) => {
    const server = await served(t, {
      request() {
        const headers: [string, string][] = [
          ['Set-Cookie', 'a=1; Path=/'],
          ['Set-Cookie', 'b=2'],
          ['X-Latin', 'grüß'],
        ]
        return new Response('', { status: 299, statusText: 'Quite Fine', headers })
      },
    })
    const client = rawClient(t, server)
    client.write(plain('GET /'))
    const { head } = await client.answer()
    assert.match(head, /^HTTP\/1\.1 299 Quite Fine\r\n/)
    assert.deepEqual(head.match(/set-cookie: .*/gi), ['set-cookie: a=1; Path=/', 'set-cookie: b=2'])
    assert.match(head, /x-latin: grüß/)
  })

  test('with HEAD gets the head only, and the connection goes on', async (t) => {
    const cancelled = calls<void>()
    const server = await served(t, {
      request: ({ method }) =>
        new Response(
          streamOf([method], () => cancelled.note()),
          { headers: { 'X-Is': method } },
        ),
    })
    const client = rawClient(t, server)
    client.write(plain('HEAD /'))
    assert.match(await client.head(), /^HTTP\/1\.1 200 OK\r\nx-is: HEAD/)
    await cancelled.next()
    client.write(plain('GET /'))
    assert.equal((await client.answer()).body, 'GET')
  })

  test('is described in the shape of the Fetch API', async (t) => {
    const server = await served(t, {
      async request(request) {
        const { method, url, path, searchParams, headers, remoteAddress, tls, body } = request
        const query = [...searchParams]
        const kind = headers.get('x-kind')
        const hasBody = body !== null
        return Response.json({ method, url, path, query, kind, remoteAddress, hasBody, tls })
      },
    })
    const client = rawClient(t, server)
    client.write(plain('GET /a%20b?c=d&c=%C3%A9', '', 'X-Kind: one', 'x-kind: two'))
    assert.deepEqual(JSON.parse((await client.answer()).body), {
      method: 'GET',
      url: 'http://example.localhost/a%20b?c=d&c=%C3%A9',
      path: '/a%20b',
      query: [
        ['c', 'd'],
        ['c', 'é'],
      ],
      kind: 'one, two',
      remoteAddress: '127.0.0.1',
      hasBody: false,
    })
  })

  const targets: [target: string, url: string, path: string][] = [
    ['http://other.test/a?b', 'http://other.test/a?b', '/a'],
    ['http://other.test', 'http://other.test', '/'],
    ['http://other.test?b', 'http://other.test?b', '/'],
    ['//a/b', 'http://example.localhost//a/b', '//a/b'],
    ['*', 'http://example.localhost/*', '*'],
  ]
  for (const [target, url, path] of targets) {
    test(`for ${target} has the URL ${url} and the path ${path}`, async (t) => {
      const server = await served(t, {
        request: (request) => Response.json([request.url, request.path]),
      })
      const client = rawClient(t, server)
      client.write(plain(`${target === '*' ? 'OPTIONS' : 'GET'} ${target}`))
      assert.deepEqual(JSON.parse((await client.answer()).body), [url, path])
    })
  }

  test('can be read as bytes, text, JSON, a stream, or a real Request', async (t) => {
    const reads: Record<string, (request: HttpRequest) => Promise<unknown>> = {
      '/bytes': async (request) => [...(await request.bytes())],
      '/text': (request) => request.text(),
      '/json': (request) => request.json(),
      '/stream': async (request) => {
        assert.equal(request.body, request.body)
        return new Response(request.body).text()
      },
      '/request': (request) => request.toRequest().text(),
    }
    const server = await served(t, {
      request: async (request) => Response.json(await reads[request.path]!(request)),
    })
    const post = async (path: string, body: string): Promise<unknown> =>
      (await fetch(new URL(path, server.url), { method: 'POST', body })).json()
    assert.deepEqual(await post('/bytes', 'ab'), [97, 98])
    assert.equal(await post('/text', 'grüße'), 'grüße')
    assert.deepEqual(await post('/json', '{"a":[1]}'), { a: [1] })
    assert.equal(await post('/stream', 'stream'), 'stream')
    assert.equal(await post('/request', 'request'), 'request')
    assert.equal(await post('/text', ''), '')
  })

  test('whose body is read twice fails at once instead of waiting for ever', async (t) => {
    const server = await served(t, {
      async request(request) {
        await request.text()
        return new Response(String(await request.text().catch((error: unknown) => error)))
      },
    })
    const response = await fetch(server.url, { method: 'POST', body: 'once' })
    assert.match(await response.text(), /TypeError: the body of this request has been read already/)
  })

  for (const announced of [true, false]) {
    const how = announced ? 'announced' : 'chunked'
    test(`with a body over the limit (${how}) gets 413, and the next one is not harmed`, async (t) => {
      const server = await served(t, {
        request: async (request) => new Response(await request.text({ limit: 10 })),
      })
      const client = rawClient(t, server)
      const body = 'x'.repeat(100_000)
      if (announced) client.write(plain('POST /', body))
      else {
        const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
        client.write(plain('POST /', '', 'Transfer-Encoding: chunked'), chunk)
      }
      client.write(plain('POST /', 'short'))
      const first = await client.answer()
      assert.equal(first.status, 413)
      assert.equal(first.body, 'the request body is over 10 bytes\n')
      const second = await client.answer()
      assert.equal(second.status, 200)
      assert.equal(second.body, 'short')
    })
  }

  test('may use its signal over and over on one connection', async (t) => {
    const warnings = calls<Error>()
    process.on('warning', warnings.note)
    t.after(() => process.off('warning', warnings.note))
    const server = await served(t, {
      request: ({ signal }) => new Response(String(signal.aborted)),
    })
    const client = rawClient(t, server)
    for (let i = 0; i < 20; i++) {
      client.write(plain('GET /'))
      assert.equal((await client.answer()).body, 'false')
    }
    assert.deepEqual(warnings.all, [])
  })

  test('is aborted when its client goes away before the answer', async (t) => {
    const aborted = calls<void>()
    const waiting = calls<void>()
    const server = await served(t, {
      async request({ signal }) {
        waiting.note()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        aborted.note()
        return new Response('nobody reads this')
      },
    })
    const client = rawClient(t, server)
    client.write(plain('GET /'))
    await waiting.next()
    client.socket.resetAndDestroy()
    await aborted.next()
  })

  test('with a body that never comes fails when its client goes away', async (t) => {
    const outcomes = calls<unknown>()
    const waiting = calls<void>()
    const server = await served(t, {
      async request(request) {
        waiting.note()
        if (request.path === '/late') {
          const { signal } = request
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
        }
        outcomes.note(await request.text().catch((error: Error) => error.message))
        return new Response()
      },
    })
    for (const path of ['/early', '/late']) {
      const client = rawClient(t, server)
      client.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf`)
      await waiting.next()
      client.socket.destroy()
      assert.match(String(await outcomes.next()), /aborted|went away/)
    }
  })

  const oversized: [what: string, head: string, status: number, body: RegExp][] = [
    [
      'target',
      `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: localhost`,
      414,
      /target is over 8192 bytes/,
    ],
    [
      'number of fields',
      `GET / HTTP/1.1\r\nHost: localhost${'\r\na: b'.repeat(100)}`,
      431,
      /over 100 fields/,
    ],
    ['head', `GET / HTTP/1.1\r\nHost: ${'x'.repeat(20_000)}`, 431, /head is over the limit/],
  ]
  for (const [what, head, status, body] of oversized) {
    test(`whose ${what} is over the limit is refused`, async (t) => {
      const server = await served(t, { request: () => assert.fail('asked') })
      const client = rawClient(t, server)
      client.write(`${head}\r\n\r\n`)
      const answer = await client.answer()
      assert.equal(answer.status, status)
      assert.match(answer.body, body)
      await client.gone()
    })
  }

  test('whose Host is not a host is refused', async (t) => {
    const server = await served(t, { request: ({ url }) => new Response(url) })
    const client = rawClient(t, server)
    client.write('GET /public HTTP/1.1\r\nHost: x/admin?\r\n\r\n')
    assert.equal((await client.answer()).status, 400)
    await client.gone()
  })
})

describe('without a request handler', () => {
  test('an ordinary request is told what is served', async (t) => {
    const server = await served(t, { path: '/chat' })
    const at = await fetch(new URL('/chat?x', server.url))
    assert.equal(at.status, 426)
    assert.equal(at.headers.get('upgrade'), 'websocket')
    assert.equal(at.headers.get('sec-websocket-version'), '13')
    assert.equal(await at.text(), 'a WebSocket is served here: ask for an upgrade\n')
    const elsewhere = await fetch(server.url)
    assert.equal(elsewhere.status, 404)
    assert.equal(await elsewhere.text(), 'there is nothing at this path\n')
  })
})

function streamOf(parts: string[], onCancel = (): void => {}): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(encoder.encode(part))
    },
    cancel: onCancel,
  })
}
