import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { RowBit } from '../../../dist/inspect/index.js'
import { client, inspected } from './inspected.ts'
import { Page } from './page.ts'

suite('the page is told', () => {
  test('where it looks, and what it may ask for', async (t) => {
    const { server, inspector } = await inspected(t, { path: '/chat' }, { frames: 50 })
    const page = await Page.open(t, inspector.url)
    const hello = await page.sees(({ messages }) => messages[0])
    assert.ok(hello.type === 'hello')
    assert.equal(hello.kind, 'server')
    assert.equal(hello.target, `ws://127.0.0.1:${server.port}/chat`)
    assert.deepEqual(hello.commands, ['send', 'close'])
    assert.equal(hello.limits.frames, 50)
  })

  test('of connections that open, change and close', async (t) => {
    const { inspector, url } = await inspected(t)
    const page = await Page.open(t, inspector.url)
    const socket = await client(t, `${url}room?x=1`)
    const opened = await page.sees(({ connections }) => connections.get(0))
    assert.equal(opened.url, `${url}room?x=1`)
    assert.equal(opened.request?.line, 'GET /room?x=1 HTTP/1.1')
    assert.match(opened.response?.line ?? '', / 101 /)
    socket.send('hello')
    await page.sees(({ connections }) => connections.get(0)!.transmitted.messages === 1)
    await socket.close(4000, 'enough')
    const { closed } = await page.sees(({ connections }) => {
      const one = connections.get(0)
      return one?.closed ? one : undefined
    })
    assert.deepEqual([closed?.code, closed?.reason, closed?.by], [4000, 'enough', 'remote'])
    assert.match(closed?.diagnosis ?? '', /The peer closed/)
  })

  test('of frames that came before it looked, and of those that come', async (t) => {
    const { inspector, url } = await inspected(t)
    const socket = await client(t, url)
    socket.send('before')
    await socket.ping()
    const page = await Page.open(t, inspector.url)
    await page.sees(({ rows }) => rows.length === 4)
    socket.send(Uint8Array.of(1, 2))
    await page.sees(({ rows }) => rows.length === 6)
    assert.deepEqual(
      page.rows.map(({ number }) => number),
      [0, 1, 2, 3, 4, 5],
    )
    const [first, ...others] = page.rows
    assert.equal(first!.preview, 'before')
    assert.equal(first!.bits & 15, 1)
    assert.equal(first!.bits & RowBit.transmit, 0)
    assert.equal(others.filter(({ bits }) => bits & RowBit.transmit).length, 3)
    assert.equal(page.rows[5]!.preview, '\u0001\u0002')
    assert.equal(page.missed, 0)
  })

  test('of the topic of a message that was published', async (t) => {
    const { server, inspector, url } = await inspected(t, {
      open: (socket) => socket.subscribe('news'),
    })
    await client(t, url)
    const page = await Page.open(t, inspector.url)
    await page.sees(({ connections }) => connections.get(0))
    for (const socket of server.sockets) socket.send('direct')
    server.publish('news', 'published')
    await page.sees(({ rows }) => rows.length === 2)
    const topic = page.messages.find(({ type }) => type === 'topic')
    assert.ok(topic?.type === 'topic')
    assert.equal(topic.name, 'news')
    assert.deepEqual(
      page.rows.map((row) => [row.preview, row.topic]),
      [
        ['direct', 0],
        ['published', topic.id],
      ],
    )
  })

  test('of the topics of messages that waited together for a slow receiver', async (t) => {
    const { server, inspector, url } = await inspected(
      t,
      { limits: { buffered: 1 << 26 } },
      { payload: 100 },
    )
    const socket = await client(t, url)
    const [receiver] = server.sockets
    assert.ok(receiver)
    for (const topic of ['news', 'sport']) receiver.subscribe(topic)
    socket.pause()
    while (receiver.send(new Uint8Array(1 << 18)) !== 'buffered');
    const small = Array.from({ length: 300 }, (_, number) => `waits as number ${number}`)
    for (const [number, text] of small.entries()) {
      if (number % 3 === 0) receiver.send(text)
      else server.publish(number % 3 === 1 ? 'news' : 'sport', text)
    }
    socket.resume()
    for await (const message of socket) if (message === small.at(-1)) break
    const frames = [...inspector.recording.frames].slice(-small.length)
    assert.deepEqual(
      frames.map(({ payload, topic }) => [Buffer.from(payload!).toString(), topic]),
      small.map((text, number) => [text, [undefined, 'news', 'sport'][number % 3]]),
    )
  })

  test('of pauses, and of a transport that takes no more', async (t) => {
    const { server, inspector, url } = await inspected(t)
    const socket = await client(t, url)
    const page = await Page.open(t, inspector.url)
    await page.sees(({ connections }) => connections.get(0))
    const [ours] = server.sockets
    ours!.pause()
    socket.pause()
    while (ours!.send(new Uint8Array(256 << 10)) === 'sent');
    const full = await page.sees(({ connections }) => {
      const { flow } = connections.get(0)!
      return flow.full && flow.paused ? flow : undefined
    })
    assert.ok(full.bufferedAmount > 0)
    ours!.resume()
    socket.resume()
    const events = await page.sees(({ messages }) => {
      const flows = messages.flatMap((one) => (one.type === 'flow' ? [one.event] : []))
      return flows.includes('drained') ? flows : undefined
    })
    assert.deepEqual(events.slice(0, 3), ['paused', 'full', 'resumed'])
  })

  test('how many rows made room before they could be sent', async (t) => {
    const { inspector, url } = await inspected(t, { message: () => {} }, { frames: 10 })
    const socket = await client(t, url)
    const page = await Page.open(t, inspector.url)
    await page.sees(({ messages }) => messages[0])
    for (let number = 0; number < 1000; number++) socket.send(`message ${number}`)
    await page.sees(({ rows }) => rows.at(-1)?.preview === 'message 999')
    assert.equal(page.missed + page.rows.length, 1000)
    assert.ok(page.missed > 0)
  })
})

suite('a page can ask', () => {
  test('for all that is stored of a frame', async (t) => {
    const { inspector, url } = await inspected(t)
    const socket = await client(t, url)
    const text = 'long '.repeat(1000)
    socket.send(text)
    const page = await Page.open(t, inspector.url)
    await page.sees(({ rows }) => rows.length === 2)
    assert.equal(page.rows[0]!.preview, text.slice(0, 200))
    assert.ok(page.rows[0]!.bits & RowBit.cut)
    const { message, direction, maskKey } = await page.detail(0)
    assert.equal(Buffer.from(message!.payload!, 'base64').toString(), text)
    assert.equal(direction, 'receive')
    assert.equal(typeof maskKey, 'number')
    assert.deepEqual(await page.ask({ ask: 'detail', number: 99 }), {
      type: 'reply',
      id: 1,
      error: 'this frame is no longer kept',
    })
  })

  test('that nothing is kept for a while, and that all is forgotten', async (t) => {
    const { inspector, url } = await inspected(t)
    const socket = await client(t, url)
    const page = await Page.open(t, inspector.url)
    await page.ask({ ask: 'record', on: false })
    socket.send('unseen')
    await socket.ping()
    await page.ask({ ask: 'record', on: true })
    socket.send('seen')
    await page.sees(({ rows }) => rows.length === 2)
    assert.equal(page.rows[0]!.preview, 'seen')
    await page.ask({ ask: 'clear' })
    assert.deepEqual([...inspector.recording.frames], [])
    socket.send('later')
    await page.sees(({ rows }) => rows.length === 4)
    assert.deepEqual([page.rows[2]!.number, page.rows[2]!.preview], [2, 'later'])
    assert.equal(page.missed, 0)
  })

  test('that a client is sent something, pinged, and closed', async (t) => {
    const { inspector, url } = await inspected(t)
    const socket = await client(t, url)
    const page = await Page.open(t, inspector.url)
    await page.sees(({ connections }) => connections.get(0))
    const to = { connection: 0, to: 'client' }
    const send = { ask: 'send', ...to }
    await page.ask({ ...send, opcode: 'text', data: 'from the page' })
    await page.ask({ ...send, opcode: 'binary', data: 'AQI=' })
    await page.ask({ ...send, opcode: 'ping', data: '' })
    const heard: unknown[] = []
    for await (const message of socket) {
      heard.push(typeof message === 'string' ? message : [...message])
      if (heard.length === 2) break
    }
    assert.deepEqual(heard, ['from the page', [1, 2]])
    await page.sees(({ connections }) => connections.get(0)!.rtt !== undefined)
    await page.ask({ ask: 'close', ...to, code: 4001, reason: 'told to' })
    const { code, reason } = await socket.closed
    assert.deepEqual([code, reason], [4001, 'told to'])
  })

  test('for what cannot be, and is told why', async (t) => {
    const { inspector, url } = await inspected(t)
    await client(t, url)
    const page = await Page.open(t, inspector.url)
    await page.sees(({ connections }) => connections.get(0))
    const one = { connection: 0, to: 'client' }
    const faults = [
      [{ ask: 'close', ...one, code: 1005, reason: '' }, /1005/],
      [
        { ask: 'close', ...one, connection: 7, code: 1000, reason: '' },
        /this connection is closed/,
      ],
      [{ ask: 'send', ...one, to: 'server', opcode: 'text', data: '' }, /server/],
      [{ ask: 'send', ...one, opcode: 'pong', data: '' }, /pong/],
      [{ ask: 'fault', ...one, fault: { kind: 'half-open' } }, /nothing that can be done here/],
    ] as const
    for (const [request, about] of faults) {
      const reply = await page.ask(request)
      assert.ok('error' in reply, JSON.stringify(request))
      assert.match(reply.error, about)
    }
    page.socket.send('{')
    await page.sees(({ messages }) => messages.some((m) => m.type === 'reply' && m.id === -1))
  })
})

suite('a search', () => {
  const words = ['apple', 'Banana', 'cherry 1', 'cherry 22', 'x'.repeat(3000), 'grüße']

  test('finds text and expressions in all that is stored', async (t) => {
    const { inspector, url } = await inspected(t, { message: () => {} })
    const socket = await client(t, url)
    for (const word of words) socket.send(word)
    socket.send(Buffer.from('apple in bytes'))
    await socket.ping()
    const page = await Page.open(t, inspector.url)
    const found = async (wanted: object): Promise<readonly number[]> =>
      (await page.search(wanted)).numbers
    assert.deepEqual(await found({ text: 'apple' }), [0, 6])
    assert.deepEqual(await found({ text: 'banana' }), [1])
    assert.deepEqual(await found({ text: 'banana', matchCase: true }), [])
    assert.deepEqual(await found({ text: String.raw`y \d{2}$`, regex: true }), [3])
    assert.deepEqual(await found({ text: 'y.1' }), [])
    assert.deepEqual(await found({ text: 'GRÜSSE' }), [])
    assert.deepEqual(await found({ text: 'grüße' }), [5])
    assert.deepEqual(await found({ opcodes: [2, 9] }), [6, 7])
    assert.deepEqual(await found({ shortest: 201 }), [4])
    assert.deepEqual(await found({ direction: 'transmit' }), [8])
    assert.deepEqual(await found({ connections: [1] }), [])
    assert.deepEqual(await found({ text: 'apple', from: 1 }), [6])
    assert.deepEqual(await found({ text: 'apple', longest: 5 }), [0])
  })

  test('goes through many frames, and ends when another begins', async (t) => {
    const { inspector, url } = await inspected(t, { message: () => {} })
    const socket = await client(t, url)
    for (let number = 0; number < 5000; number++) socket.send(`message ${number}`)
    await socket.ping()
    const page = await Page.open(t, inspector.url)
    const first = page.send({ ask: 'search', text: '9', regex: false, matchCase: false })
    const { numbers, last } = await page.search({ text: '99$', regex: true })
    assert.equal(numbers.length, 50)
    assert.equal(last.searched, 5002)
    const done = page.messages.some((one) => one.type === 'found' && one.id === first && one.done)
    assert.equal(done, false)
  })

  test('cannot hold up the program with an expression that takes for ever', async (t) => {
    const { inspector, url } = await inspected(t)
    const socket = await client(t, url)
    socket.send('x'.repeat(100))
    const page = await Page.open(t, inspector.url)
    await page.sees(({ rows }) => rows.length === 2)
    const searching = page.search({ text: '(x+x+)+y', regex: true })
    // Not after the search: its thread is ended only after seconds.
    await page.detail(0)
    assert.equal(
      page.messages.some(({ type }) => type === 'found'),
      false,
    )
    const { last } = await searching
    assert.match(last.error ?? '', /takes too long/)
  })

  test('with an expression that is none says so', async (t) => {
    const { inspector } = await inspected(t, {}, {})
    const page = await Page.open(t, inspector.url)
    const { last } = await page.search({ text: '(', regex: true })
    assert.match(last.error ?? '', /Invalid regular expression/)
  })
})
