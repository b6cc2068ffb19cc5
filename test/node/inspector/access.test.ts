import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { suite, test } from 'node:test'
import { connect, ConnectError } from '../../../dist/node/index.js'
import { client, inspected } from './inspected.ts'
import { at, feedUrl } from './page.ts'

/** The status of a GET with a Host of its own, which `fetch` does not allow. */
function statusOf(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    request.on('error', reject).end()
  })
}

/** The status with which the feed refuses a connection. */
async function refusalOf(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const refused = await connect(url, { headers }).then(
    (socket) => socket.terminate(),
    (error: unknown) => error,
  )
  assert.ok(refused instanceof ConnectError, `let in: ${url}`)
  return refused.status
}

const recordings = ['recording.har', 'recording.pcapng', 'recording.jsonl']

suite('an inspector', () => {
  test('has a new secret each time, long enough that nobody guesses it', async (t) => {
    const [one, other] = [await inspected(t), await inspected(t)].map(
      ({ inspector }) => new URL(inspector.url).hash,
    )
    assert.match(one!, /^#token=[\w-]{32}$/)
    assert.notEqual(one, other)
  })

  test('listens on loopback, whatever its server listens on', async (t) => {
    const { inspector } = await inspected(t, { hostname: '0.0.0.0' })
    assert.equal(new URL(inspector.url).hostname, '127.0.0.1')
  })

  test('shows its page to anyone here, for there is no secret in it', async (t) => {
    const { inspector } = await inspected(t)
    const response = await fetch(inspector.url)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer')
    assert.match(response.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    const token = inspector.url.split('=')[1]!
    assert.equal((await response.text()).includes(token), false)
  })

  for (const path of ['feed', ...recordings]) {
    test(`keeps /${path} from who has no token, or another`, async (t) => {
      const { inspector } = await inspected(t)
      const right = at(inspector.url, path)
      const wrong = [
        right.replace(/\?.*/, ''),
        `${right}x`,
        right.slice(0, -1),
        right.replace(/=.*/, '='),
      ]
      for (const url of wrong) {
        const ws = url.replace('http', 'ws')
        assert.equal(path === 'feed' ? await refusalOf(ws) : await statusOf(url), 403, url)
      }
    })
  }

  test('keeps everything from a name that is not its own (DNS rebinding)', async (t) => {
    const { inspector } = await inspected(t)
    const headers = { Host: `evil.example:${new URL(inspector.url).port}` }
    for (const path of ['', ...recordings]) {
      assert.equal(await statusOf(at(inspector.url, path), headers), 421, path)
    }
    const upgrade = {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    assert.equal(await statusOf(at(inspector.url, 'feed'), { ...headers, ...upgrade }), 421)
  })

  test('keeps the feed from the page of another site, even with the token', async (t) => {
    const { inspector } = await inspected(t)
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      assert.equal(await refusalOf(feedUrl(inspector.url), { Origin: origin }), 403, origin)
    }
    const own = new URL(inspector.url).origin
    await client(t, feedUrl(inspector.url), { headers: { Origin: own } })
  })

  test('lets no page of another site read a recording', async (t) => {
    const { inspector } = await inspected(t)
    for (const path of recordings) {
      const headers = { Origin: 'https://evil.example' }
      const response = await fetch(at(inspector.url, path), { headers })
      await response.arrayBuffer()
      assert.equal(response.headers.get('access-control-allow-origin'), null)
      assert.equal(response.headers.get('cross-origin-resource-policy'), 'same-origin')
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
      assert.equal(response.headers.get('cache-control'), 'no-store')
    }
  })

  test('hides what lets somebody in before it is stored', async (t) => {
    const { inspector, url } = await inspected(t)
    await client(t, url, { headers: { Cookie: 'session=secret-of-mine' } })
    for (const path of recordings) {
      const response = await fetch(at(inspector.url, path))
      const text = Buffer.from(await response.arrayBuffer()).toString('latin1')
      assert.equal(text.includes('secret-of-mine'), false)
      assert.equal(text.includes('[redacted]'), true)
    }
  })
})
