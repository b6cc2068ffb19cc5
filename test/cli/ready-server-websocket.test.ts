import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { connect } from '../../dist/node/index.js'
import { ask, askUntil, open, refused } from './clients.ts'
import { startServer } from './programs.ts'

const { http, ws } = await startServer({ after })

suite('ws /topics/:name', () => {
  test('what a member sends goes to every other member, and not back', async (t) => {
    const url = `${ws}/topics/three`
    const [ada, bob, eve] = [await open(t, url), await open(t, url), await open(t, url)]
    ada.send('from ada')
    for (const other of [bob, eve]) assert.equal(await other.next(), 'from ada')
    bob.send(Buffer.from([1, 2, 3]))
    for (const other of [ada, eve]) assert.deepEqual(await other.next(), Buffer.from([1, 2, 3]))
    const headers = { 'content-type': 'text/plain' }
    await ask(http, '/topics/three', { method: 'POST', headers }, 'from outside')
    for (const member of [ada, bob, eve]) assert.equal(await member.next(), 'from outside')
  })

  test('keeps the order, and keeps topics apart', async (t) => {
    const [sender, member, other] = [
      await open(t, `${ws}/topics/ordered`),
      await open(t, `${ws}/topics/ordered`),
      await open(t, `${ws}/topics/Ordered`),
    ]
    const sent = Array.from({ length: 500 }, (_, i) => `message ${i}`)
    for (const message of sent) sender.send(message)
    for (const message of sent) assert.equal(await member.next(), message)
    await ask(http, '/topics/Ordered', { method: 'POST' }, 'x')
    assert.deepEqual(await other.next(), Buffer.from('x'))
  })

  test('a member that has gone is no member', async (t) => {
    const member = await open(t, `${ws}/topics/leaving`)
    const closed = member.closed()
    member.socket.close(3000, 'bye')
    assert.equal(await closed, 3000)
    // The client may know of its end before the server does.
    await askUntil(http, '/topics', ({ text }) => !text.includes('leaving'))
    const { text } = await ask(http, '/topics/leaving', { method: 'POST' }, 'x')
    assert.equal((JSON.parse(text) as { matched: number }).matched, 0)
  })

  test('takes messages up to the limit; one over it closes its sender with 1009', async (t) => {
    const url = `${ws}/topics/large`
    const [sender, member] = [await open(t, url), await open(t, url)]
    const largest = Buffer.alloc(1 << 20, 1)
    sender.send(largest)
    assert.deepEqual(await member.next(), largest)
    const closed = sender.closed()
    sender.send(Buffer.alloc((1 << 20) + 1))
    assert.equal(await closed, 1009)
    await ask(http, '/topics/large', { method: 'POST' }, 'x')
    assert.deepEqual(await member.next(), Buffer.from('x'))
  })
})

suite('ws /echo', () => {
  test('gives every message back, as what it was', async (t) => {
    const client = await open(t, `${ws}/echo`)
    for (const message of ['', 'text', 'ünï 🌊', Buffer.of(), Buffer.from([0, 255])]) {
      client.send(message)
      assert.deepEqual(await client.next(), message)
    }
  })

  test('loses nothing of what a client sends that reads only later', async (t) => {
    const size = 128 * 1024
    const count = 64
    const socket = await connect(`${ws}/echo`, { limits: { buffered: 2 * size * count } })
    t.after(() => socket.terminate())
    socket.pause()
    const results = Array.from({ length: count }, (_, i) => socket.send(Buffer.alloc(size, i)))
    assert.ok(!results.includes('dropped'))
    // By now the server has stopped reading, for nobody reads its echoes; others do not notice.
    const other = await open(t, `${ws}/echo`)
    other.send('meanwhile')
    assert.equal(await other.next(), 'meanwhile')

    socket.resume()
    let next = 0
    for await (const message of socket) {
      assert.ok(Buffer.alloc(size, next).equals(Buffer.from(message)), `message ${next}`)
      if (++next === count) break
    }
    assert.equal(next, count)
    assert.equal((await socket.close()).code, 1000)
  })
})

suite('an upgrade is refused', () => {
  for (const [path, answer] of [
    ['/', /^404 WebSockets are served at \/topics\/:name and \/echo$/],
    ['/topics', /^404 /],
    ['/topics/', /^404 /],
    ['/health', /^404 /],
    ['/topics/a%00b', /^400 the topic name has a control character at 1$/],
    [
      `/topics/${'x'.repeat(257)}`,
      /^400 the topic name has 257 characters, over the limit of 256$/,
    ],
    ['/topics/%zz', /^400 the topic name is not percent-encoded UTF-8$/],
  ] as const) {
    test(`at ${path.slice(0, 20)}`, async () => {
      assert.match(await refused(`${ws}${path}`), answer)
    })
  }

  test('to a page of another site', async () => {
    assert.match(await refused(`${ws}/echo`, { origin: 'https://elsewhere.example' }), /^403 /)
    assert.match(
      await refused(`${ws}/echo`, { headers: { 'sec-fetch-site': 'cross-site' } }),
      /^403 /,
    )
  })
})
