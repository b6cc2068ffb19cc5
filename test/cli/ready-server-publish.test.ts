import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { type Answer, ask, type Client, open } from './clients.ts'
import { startServer } from './programs.ts'

const { http, ws } = await startServer({ after })
const megabyte = 1 << 20

function post(
  topic: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(http, `/topics/${topic}`, { method: 'POST', headers }, body)
}

const text = { 'content-type': 'text/plain' }

/** What a member gets next is `marker`, so nothing came before it. */
async function nothingCameTo(member: Client, topic: string): Promise<void> {
  await post(topic, 'marker', text)
  assert.equal(await member.next(), 'marker')
}

suite('POST /topics/:name', () => {
  test('is answered to the sender and pushed to every member', async (t) => {
    const members = [await open(t, `${ws}/topics/all`), await open(t, `${ws}/topics/all`)]
    const stranger = await open(t, `${ws}/topics/others`)
    const { status, headers, text: answer } = await post('all', 'hello', text)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'application/json')
    assert.deepEqual(JSON.parse(answer), {
      topic: 'all',
      matched: 2,
      sent: 2,
      buffered: 0,
      dropped: 0,
    })
    for (const member of members) assert.equal(await member.next(), 'hello')
    await nothingCameTo(stranger, 'others')
  })

  test('sends text and JSON as text, anything else as binary', async (t) => {
    const member = await open(t, `${ws}/topics/types`)
    await post('types', '{"a":1}', { 'content-type': 'application/json; charset=utf-8' })
    assert.equal(await member.next(), '{"a":1}')
    await post('types', 'ünï', { 'content-type': 'text/html' })
    assert.equal(await member.next(), 'ünï')
    const bytes = Buffer.from([0, 255, 128, 10])
    await post('types', bytes, { 'content-type': 'application/octet-stream' })
    assert.deepEqual(await member.next(), bytes)
    await post('types', bytes)
    assert.deepEqual(await member.next(), bytes)
    await post('types', '', text)
    assert.equal(await member.next(), '')
  })

  test('to a topic without members is answered all the same', async () => {
    const { status, text: answer } = await post('nobody', 'x', text)
    assert.equal(status, 200)
    assert.equal((JSON.parse(answer) as { matched: number }).matched, 0)
  })

  test('refuses text that is not UTF-8, and publishes nothing', async (t) => {
    const member = await open(t, `${ws}/topics/utf8`)
    const { status, text: answer } = await post('utf8', Buffer.from([0x61, 0xc3, 0x28]), text)
    assert.equal(status, 400)
    assert.match(answer, /UTF-8/)
    await nothingCameTo(member, 'utf8')
  })

  test('takes a body of the limit, and refuses one byte more, announced or not', async (t) => {
    const member = await open(t, `${ws}/topics/large`)
    const largest = Buffer.alloc(megabyte, 7)
    assert.equal((await post('large', largest)).status, 200)
    assert.deepEqual(await member.next(), largest)
    const over = Buffer.alloc(megabyte + 1, 7)
    const announced = await post('large', over, { 'content-length': String(over.length) })
    assert.equal(announced.status, 413)
    assert.match(announced.text, /over 1048576 bytes/)
    assert.equal((await post('large', over, { 'transfer-encoding': 'chunked' })).status, 413)
    await nothingCameTo(member, 'large')
  })

  for (const [what, headers] of [
    ['an Origin that is foreign', { origin: 'https://elsewhere.example' }],
    ['an Origin that is no host', { origin: 'null' }],
    ['an Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['a cross-site request without Origin', { 'sec-fetch-site': 'cross-site' }],
  ] as const) {
    test(`refuses ${what}, and publishes nothing`, async (t) => {
      const member = await open(t, `${ws}/topics/guarded`)
      const { status, headers: answered } = await post('guarded', 'x', { ...text, ...headers })
      assert.equal(status, 403)
      assert.equal(answered['access-control-allow-origin'], undefined)
      await nothingCameTo(member, 'guarded')
    })
  }

  test('lets its own page in', async () => {
    const own = { ...text, origin: http, 'sec-fetch-site': 'same-origin' }
    assert.equal((await post('own', 'x', own)).status, 200)
  })

  for (const [name, complaint] of [
    ['a%00b', /control character/],
    ['%7F', /control character/],
    ['x'.repeat(257), /257 characters/],
    ['%zz', /percent-encoded/],
    ['%c3%28', /percent-encoded/],
  ] as const) {
    test(`refuses the name ${name.slice(0, 10)}`, async () => {
      const { status, text: answer } = await post(name, 'x', text)
      assert.equal(status, 400)
      assert.match(answer, complaint)
    })
  }

  for (const name of [
    'caf%C3%A9',
    'a%2Fb',
    '__proto__',
    'constructor',
    '..%2F..',
    '%F0%9F%8C%8A',
  ]) {
    test(`takes the name ${name}, which means the same in every spelling`, async (t) => {
      const member = await open(t, `${ws}/topics/${name}`)
      const { text: answer } = await post(name, 'x', text)
      const result = JSON.parse(answer) as { topic: string; sent: number }
      assert.equal(result.topic, decodeURIComponent(name))
      assert.equal(result.sent, 1)
      assert.equal(await member.next(), 'x')
    })
  }

  test('a path with more or less than a name is not there', async () => {
    for (const name of ['', 'a/', 'a/b']) assert.equal((await post(name, 'x', text)).status, 404)
  })
})

suite('--origin', () => {
  const app = 'https://app.example'

  test('lets pages of that origin in as well, and read their answers', async (t) => {
    const { http: url, ws: socketUrl } = await startServer(t, ['--origin', app])
    const publish = (origin: string): Promise<Answer> =>
      ask(url, '/topics/a', { method: 'POST', headers: { ...text, origin } }, 'x')
    const theirs = await publish(app)
    assert.equal(theirs.status, 200)
    assert.equal(theirs.headers['access-control-allow-origin'], app)
    assert.match(String(theirs.headers.vary), /Origin/)
    assert.equal((await publish(url)).status, 200, "the server's own page")
    const foreign = await publish('https://elsewhere.example')
    assert.equal(foreign.status, 403)
    assert.equal(foreign.headers['access-control-allow-origin'], undefined)
    await open(t, `${socketUrl}/topics/a`, { origin: app })
    await open(t, `${socketUrl}/topics/a`, { origin: url })
  })

  test('answers the question that a browser asks before it sends JSON', async (t) => {
    const { http: url } = await startServer(t, ['--origin', app])
    const preflight = (origin: string): Promise<Answer> =>
      ask(url, '/topics/a', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    const { status, headers } = await preflight(app)
    assert.equal(status, 204)
    assert.equal(headers['access-control-allow-origin'], app)
    assert.match(String(headers['access-control-allow-methods']), /POST/)
    assert.match(String(headers['access-control-allow-headers']), /content-type/i)
    assert.equal((await preflight('https://elsewhere.example')).status, 403)
  })

  test('with * lets every page in', async (t) => {
    const { http: url, ws: socketUrl } = await startServer(t, ['--origin', '*'])
    const headers = { ...text, origin: 'https://anyone.example' }
    const { status } = await ask(url, '/topics/a', { method: 'POST', headers }, 'x')
    assert.equal(status, 200)
    await open(t, `${socketUrl}/echo`, { origin: 'https://anyone.example' })
  })
})
