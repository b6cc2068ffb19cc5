import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { suite, test } from 'node:test'
import { ask, open } from './clients.ts'
import { type Cleanup, Program } from './programs.ts'

const tested = new Set<string>()

/** Runs build/examples/`name`.js. */
function example(t: Cleanup, name: string, ...args: string[]): Program {
  tested.add(`${name}.ts`)
  return new Program(t, process.execPath, [`build/examples/${name}.js`, ...args])
}

/** Starts one that serves until a signal. */
async function serving(t: Cleanup, name: string): Promise<{ program: Program; http: string }> {
  const program = example(t, name, '0')
  const [, http = ''] = await program.until(/^listening on (http:\/\/127\.0\.0\.1:\d+)\/?\n/)
  return { program, http }
}

suite('chat', () => {
  test('tells a room who comes, what is said and who leaves, and no other room', async (t) => {
    const { program, http } = await serving(t, 'chat')
    const room = `${http.replace('http', 'ws')}/rooms/lobby`
    const ada = await open(t, `${room}?name=ada`)
    assert.equal(await ada.next(), '{"kind":"welcome","room":"lobby","members":["ada"]}')
    const eve = await open(t, `${http.replace('http', 'ws')}/rooms/cellar?name=eve`)
    assert.equal(await eve.next(), '{"kind":"welcome","room":"cellar","members":["eve"]}')
    const bob = await open(t, `${room}?name=b%C3%B6b`)
    assert.equal(await bob.next(), '{"kind":"welcome","room":"lobby","members":["ada","böb"]}')
    assert.equal(await ada.next(), '{"kind":"joined","name":"böb"}')
    bob.send('hi <b>all</b>')
    for (const member of [ada, bob]) {
      assert.equal(await member.next(), '{"kind":"said","name":"böb","text":"hi <b>all</b>"}')
    }
    bob.socket.close()
    assert.equal(await ada.next(), '{"kind":"left","name":"böb"}')
    const closed = [ada.closed(), eve.closed()]
    program.child.kill('SIGTERM')
    assert.deepEqual(await Promise.all(closed), [1001, 1001])
    assert.equal((await program.ended).code, 0)
    await assert.rejects(eve.next(), /closed without a message/)
  })

  test('has a page, wants a name, and takes text only', async (t) => {
    const { http } = await serving(t, 'chat')
    const page = await ask(http, '/')
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(page.text, /new WebSocket\('\/rooms\/'/)
    const upgrade = {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }
    for (const [path, status] of [
      ['/rooms/lobby', 400],
      ['/rooms/lobby?name=%20', 400],
      ['/rooms/?name=ada', 404],
      ['/elsewhere?name=ada', 404],
    ] as const) {
      assert.equal((await ask(http, path, { headers: upgrade })).status, status, path)
    }
    const client = await open(t, `${http.replace('http', 'ws')}/rooms/lobby?name=ada`)
    const closed = client.closed()
    client.send(Buffer.from([1]))
    assert.equal(await closed, 1003)
  })
})

test('notifications: the sender is answered, and everyone else is pushed to', async (t) => {
  const { code, stdout, stderr } = await example(t, 'notifications').ended
  const order = '{"id":1,"what":"two coffees","by":"ada"}'
  assert.equal(stderr, '')
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    `ada was answered 201 {"order":${order},"pushed":2}`,
    'ada was pushed nothing',
    `bob was pushed ${order}`,
    `eve was pushed ${order}`,
  ])
  assert.equal(code, 0)
})

test('express: routes and WebSockets share a port', async (t) => {
  const { program, http } = await serving(t, 'express')
  assert.equal((await ask(http, '/')).status, 200)
  const url = `${http.replace('http', 'ws')}/updates`
  const [one, two] = [await open(t, url), await open(t, url)]
  assert.equal(await one.next(), '{"welcome":1}')
  assert.equal(await two.next(), '{"welcome":2}')
  assert.equal((await ask(http, '/members')).text, '{"members":2}')
  const headers = { 'content-type': 'application/json' }
  const post = (body: string): ReturnType<typeof ask> =>
    ask(http, '/messages', { method: 'POST', headers }, body)
  const { status, text } = await post('{"text":"hello"}')
  assert.equal(status, 201)
  assert.equal(text, '{"sent":2}')
  for (const client of [one, two]) assert.equal(await client.next(), '{"text":"hello"}')
  one.send('from one')
  assert.equal(await two.next(), 'from one')
  assert.equal((await post('{"txt":"hello"}')).status, 400)
  const closed = [one.closed(), two.closed()]
  program.child.kill('SIGINT')
  assert.deepEqual(await Promise.all(closed), [1001, 1001])
  const { code, stderr } = await program.ended
  assert.equal(code, 0)
  assert.equal(stderr, '')
})

test('polling-to-websocket: each way delivers all events, WebSocket in the fewest bytes', async (t) => {
  const { code, stdout, stderr } = await example(t, 'polling-to-websocket').ended
  assert.equal(stderr, '')
  assert.equal(code, 0)
  const rows = new Map(
    stdout
      .split('\n')
      .map((line) => line.split('│').map((cell) => cell.trim()))
      .filter((cells) => cells.length > 2)
      .map(([, name = '', ...cells]) => [name.replaceAll("'", ''), cells]),
  )
  const columns = rows.get('(index)')!.map((column) => column.replaceAll("'", ''))
  const cell = (way: string, column: string): number =>
    Number(rows.get(way)?.[columns.indexOf(column)])
  for (const way of ['polling', 'long polling', 'WebSocket']) {
    assert.equal(cell(way, 'events'), 10, way)
    assert.ok(cell(way, 'mean delay, ms') >= 0, way)
    assert.ok(cell(way, 'worst delay, ms') >= cell(way, 'mean delay, ms'), way)
    const each = cell(way, 'bytes per event')
    assert.equal(each, Math.round(cell(way, 'bytes on the wire') / 10), way)
  }
  assert.equal(cell('WebSocket', 'requests'), 1)
  assert.ok(cell('WebSocket', 'bytes on the wire') < cell('long polling', 'bytes on the wire'))
  assert.ok(cell('WebSocket', 'bytes on the wire') < cell('polling', 'bytes on the wire'))
})

test('every example is run by a test', () => {
  const programs = readdirSync('examples').filter((file) => /(?<!\.d)\.ts$/.test(file))
  assert.deepEqual(programs.sort(), [...tested].sort())
})
