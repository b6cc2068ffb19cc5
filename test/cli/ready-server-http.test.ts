import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { ask, askUntil, open } from './clients.ts'
import { startServer } from './programs.ts'

const { http, ws } = await startServer({ after })

interface Health {
  readonly status: string
  readonly connections: number
  readonly topics: number
  readonly uptime: number
}

async function health(): Promise<Health> {
  return JSON.parse((await ask(http, '/health')).text) as Health
}

suite('the live page', () => {
  test('is served with everything that it needs, and nothing else may run in it', async () => {
    const page = await ask(http, '/')
    assert.equal(page.status, 200)
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(page.text, /<!doctype html>/i)
    const policy = String(page.headers['content-security-policy'])
    for (const directive of [
      "default-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]) {
      assert.ok(policy.split('; ').includes(directive), `${directive} in ${policy}`)
    }
    assert.doesNotMatch(policy, /unsafe/)
    assert.equal(page.headers['x-content-type-options'], 'nosniff')
    assert.equal(page.headers['x-frame-options'], 'DENY')
    assert.equal(page.headers['cache-control'], 'no-cache')
    assert.doesNotMatch(page.text, /<script(?![^>]*\bsrc=)/, 'the policy allows no inline script')

    const assets = [...page.text.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g)]
    const types = new Set<string | undefined>()
    for (const [, path = ''] of assets) {
      const asset = await ask(http, path)
      assert.equal(asset.status, 200, path)
      assert.equal(asset.headers['cache-control'], 'max-age=31536000, immutable')
      assert.equal(Number(asset.headers['content-length']), Buffer.byteLength(asset.text))
      types.add(asset.headers['content-type'])
    }
    for (const type of ['text/javascript; charset=utf-8', 'text/css; charset=utf-8']) {
      assert.ok(types.has(type), `${type} in ${[...types].join()}`)
    }
  })

  test('answers HEAD without a body, and no other method', async () => {
    const head = await ask(http, '/', { method: 'HEAD' })
    assert.equal(head.status, 200)
    assert.equal(head.text, '')
    assert.ok(Number(head.headers['content-length']) > 0)
    const post = await ask(http, '/', { method: 'POST' }, 'x')
    assert.equal(post.status, 405)
    assert.equal(post.headers.allow, 'GET, HEAD')
  })

  for (const path of [
    '/../package.json',
    '/assets/../../main.js',
    '/%2e%2e/main.js',
    '/assets',
    '/assets/',
    '/main.js',
    '/__proto__',
    '//',
  ]) {
    test(`has nothing at ${path}`, async () => {
      const { status, headers } = await ask(http, path)
      assert.equal(status, 404)
      assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
    })
  }
})

suite('GET /health and GET /topics', () => {
  test('count connections and topics as they come and go', async (t) => {
    const before = await health()
    assert.equal(before.status, 'ok')
    assert.ok(before.uptime >= 0)
    const members = [await open(t, `${ws}/topics/a%2Fb`), await open(t, `${ws}/topics/a%2Fb`)]
    await open(t, `${ws}/echo`)
    const during = await health()
    assert.equal(during.connections, before.connections + 3)
    assert.equal(during.topics, before.topics + 1)
    const listed = JSON.parse((await ask(http, '/topics')).text) as { topics: unknown[] }
    assert.deepEqual(listed.topics, [{ name: 'a/b', members: 2 }])

    for (const { socket } of members) socket.close(1000)
    await askUntil(http, '/topics', ({ text }) => text === '{"topics":[]}\n')
  })

  for (const path of ['/health', '/topics']) {
    test(`${path} is never kept, answers HEAD, and no other method`, async () => {
      const get = await ask(http, path)
      assert.equal(get.headers['content-type'], 'application/json')
      assert.equal(get.headers['cache-control'], 'no-store')
      assert.equal((await ask(http, path, { method: 'HEAD' })).status, 200)
      const post = await ask(http, path, { method: 'POST' })
      assert.equal(post.status, 405)
      assert.equal(post.headers.allow, 'GET, HEAD')
    })
  }
})

suite('ordinary HTTP where a WebSocket is', () => {
  for (const path of ['/echo', '/topics/lobby']) {
    test(`GET ${path} is told to upgrade`, async () => {
      const { status, headers, text } = await ask(http, path)
      assert.equal(status, 426)
      assert.equal(headers.upgrade, 'websocket')
      assert.equal(headers.connection, 'Upgrade')
      assert.equal(headers['sec-websocket-version'], '13')
      assert.match(text, /WebSocket/)
    })
  }

  test('other methods are told which there are', async () => {
    const echo = await ask(http, '/echo', { method: 'POST' })
    assert.equal(echo.status, 405)
    assert.equal(echo.headers.allow, 'GET, HEAD')
    const topic = await ask(http, '/topics/lobby', { method: 'DELETE' })
    assert.equal(topic.status, 405)
    assert.equal(topic.headers.allow, 'GET, HEAD, POST')
  })
})

suite('/peers/:id', () => {
  const id = 'an-id-nobody-knows'

  interface Description {
    readonly id: string
    readonly rtt: number | null
    readonly request: { line: string; headers: { name: string; value: string }[] }
    readonly response: { line: string; headers: { name: string; value: string }[] }
  }

  test('describes the handshake of a connection and pings it, while it is open', async (t) => {
    const headers = { cookie: 'secret=1' }
    const { socket } = await open(t, `${ws}/topics/lobby?peer=${id}`, { headers })
    const described = JSON.parse((await ask(http, `/peers/${id}`)).text) as Description
    assert.equal(described.id, id)
    assert.equal(described.rtt, null)
    assert.equal(described.request.line, `GET /topics/lobby?peer=${id} HTTP/1.1`)
    assert.equal(described.response.line, 'HTTP/1.1 101 Switching Protocols')
    const value = (name: string): string | undefined =>
      described.request.headers.find((header) => header.name.toLowerCase() === name)?.value
    assert.equal(value('upgrade'), 'websocket')
    assert.equal(value('cookie'), '(hidden)')

    const pinged = new Promise((resolve) => socket.on('ping', resolve))
    const ping = await ask(http, `/peers/${id}/ping`, { method: 'POST' })
    await pinged
    const { rtt } = JSON.parse(ping.text) as { rtt: number }
    assert.equal(typeof rtt, 'number')
    const again = JSON.parse((await ask(http, `/peers/${id}`)).text) as Description
    assert.equal(again.rtt, rtt)

    socket.close()
    await askUntil(http, `/peers/${id}`, ({ status }) => status === 404)
  })

  test('refuses a foreign page, and other methods', async () => {
    const headers = { origin: 'https://elsewhere.example' }
    const foreign = await ask(http, `/peers/${id}/ping`, { method: 'POST', headers })
    assert.equal(foreign.status, 403)
    assert.equal((await ask(http, `/peers/${id}/ping`)).status, 405)
    assert.equal((await ask(http, `/peers/${id}`, { method: 'POST' })).status, 405)
  })

  for (const short of ['', 'short', 'x'.repeat(65), 'spaces are not allowed']) {
    test(`an id such as ${JSON.stringify(short.slice(0, 22))} is not taken`, async (t) => {
      await open(t, `${ws}/echo?peer=${encodeURIComponent(short)}`)
      assert.equal((await ask(http, `/peers/${encodeURIComponent(short)}`)).status, 404)
    })
  }
})
