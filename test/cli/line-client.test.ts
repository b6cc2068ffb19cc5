import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { suite, test, type TestContext } from 'node:test'
import type { Session } from '../../dist/cli/connect-options.js'
import type { Ending } from '../../dist/cli/ending.js'
import { readExpected } from '../../dist/cli/expecting.js'
import { LineClient } from '../../dist/cli/line-client.js'
import { connect } from '../../dist/node/index.js'
import { deferred } from '../../dist/node/deferred.js'
import { Client, peer } from './clients.ts'
import { Screen } from './screen.ts'

const keys = { enter: '\r', up: '\u001b[A', ctrlC: '\u0003', ctrlD: '\u0004' }
const plain = { NO_COLOR: '1' }

interface Conversation {
  readonly screen: Screen
  readonly ending: Promise<Ending>
  /** The other end. */
  readonly server: Client
  readonly type: (text: string) => void
}

const usual: Session = {
  binary: false,
  ping: undefined,
  wait: 0,
  expect: [],
  timeout: Infinity,
  repeat: 1,
  interval: 0,
  json: false,
  pretty: false,
  history: undefined,
}

/** A line client at a terminal of our own. */
async function converse(
  t: TestContext,
  session: Partial<Session> = {},
  { columns = 80, env = plain }: { columns?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Conversation> {
  const connected = deferred<Client>()
  const url = await peer(t, (opened) => connected.resolve(new Client(opened)))
  const socket = await connect(url)
  t.after(() => socket.terminate())
  const stdin = Object.assign(new PassThrough(), { isTTY: true as const })
  const screen = new Screen(columns)
  const whole = { ...usual, ...session }
  const client = new LineClient(socket, { stdin, stdout: screen as never }, whole, env)
  const ending = client.run()
  await screen.until(/^↑$/)
  return { screen, ending, server: await connected.promise, type: (text) => void stdin.write(text) }
}

suite('what is entered', () => {
  test('is sent, and stays on the screen with an arrow', async (t) => {
    const { screen, server, type } = await converse(t)
    assert.match(screen.lines[0]!, /^connected to ws:\/\/127\.0\.0\.1:\d+\/; Ctrl-D closes$/)
    type(`hello${keys.enter}`)
    assert.equal(await server.next(), 'hello')
    type(`ünï 🌊${keys.enter}`)
    assert.equal(await server.next(), 'ünï 🌊')
    assert.deepEqual(screen.lines.slice(-3), ['↑ hello', '↑ ünï 🌊', '↑'])
  })

  test('comes back with the arrow key; nothing is sent for an empty line', async (t) => {
    const { server, type } = await converse(t)
    type(`first${keys.enter}${keys.enter}second${keys.enter}`)
    assert.equal(await server.next(), 'first')
    assert.equal(await server.next(), 'second')
    type(`${keys.up}${keys.up}!${keys.enter}`)
    assert.equal(await server.next(), 'first!')
  })

  test('goes on in the next line after a backslash, and ends with two of them', async (t) => {
    const { screen, server, type } = await converse(t)
    type(`one \\${keys.enter}`)
    await screen.until(/^…$/)
    type(`two\\${keys.enter}three${keys.enter}`)
    assert.equal(await server.next(), 'one \ntwo\nthree')
    await screen.until(/^↑$/)
    type(`C:\\\\${keys.enter}`)
    assert.equal(await server.next(), 'C:\\')
  })

  test('comes back in the next session, but for secrets', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const history = join(folder, 'state', 'history')
    const first = await converse(t, { history })
    for (const line of ['first', ' private', '{"password":"x"}', 'second']) {
      first.type(`${line}${keys.enter}`)
      await first.server.next()
    }
    first.type(keys.ctrlD)
    await first.ending
    const next = await converse(t, { history })
    next.type(`${keys.up}${keys.up}!${keys.enter}`)
    assert.equal(await next.server.next(), 'first!')
    assert.equal(readFileSync(history, 'utf8'), 'first\nsecond\nfirst!\n')
    assert.equal(statSync(history).mode & 0o777, 0o600)
  })

  test('is sent as often as --repeat says', async (t) => {
    const { server, type } = await converse(t, { repeat: 3, interval: 1 })
    type(`again${keys.enter}`)
    for (let i = 0; i < 3; i++) assert.equal(await server.next(), 'again')
  })

  test('is sent also when Ctrl-D comes right behind it', async (t) => {
    const { server, type } = await converse(t)
    type(`last${keys.enter}${keys.ctrlD}`)
    assert.equal(await server.next(), 'last')
  })

  test('is hex with --binary', async (t) => {
    const { screen, server, type } = await converse(t, { binary: true })
    type(`68 65 6C6c6f 00ff${keys.enter}`)
    assert.deepEqual(await server.next(), Buffer.from('hello\0\xff', 'latin1'))
    type(`hello${keys.enter}`)
    const lines = await screen.until(/^not sent: /)
    assert.equal(lines.at(-2), 'not sent: with --binary enter pairs of hex digits, such as 0a ff')
    assert.equal(lines.at(-1), '↑')
  })
})

suite('what comes', () => {
  test('is shown above the prompt and does not tear what is being typed', async (t) => {
    const { screen, server, type } = await converse(t)
    type('hel')
    await screen.until(/^↑ hel$/)
    server.send('one')
    server.send('two')
    const lines = await screen.until(/^↓ two$/)
    assert.deepEqual(lines.slice(1), ['↓ one', '↓ two', '↑ hel'])
    assert.deepEqual(screen.cursor, { row: 3, column: 5 })
    type(`lo${keys.enter}`)
    assert.equal(await server.next(), 'hello')
    assert.deepEqual(screen.lines.slice(1), ['↓ one', '↓ two', '↑ hello', '↑'])
  })

  for (const length of [17, 18, 19, 37, 38, 39, 50]) {
    test(`does not tear a line of ${length} characters on 20 columns`, async (t) => {
      const { screen, server, type } = await converse(t, {}, { columns: 20 })
      const typed = 'abcdefghij'.repeat(5).slice(0, length)
      const folded = `↑ ${typed}`.match(/.{1,20}/gu)!
      const last = folded.at(-1)!
      for (const key of typed) type(key)
      await screen.until(new RegExp(`^${last}$`))
      for (const message of ['one', 'two', 'three']) {
        server.send(message)
        await screen.until(new RegExp(`^↓ ${message}$`))
      }
      const from = screen.lines.indexOf('↓ one')
      const below = screen.lines.slice(from).filter((line) => line !== '')
      assert.deepEqual(below, ['↓ one', '↓ two', '↓ three', ...folded])
      type(keys.enter)
      assert.equal(await server.next(), typed)
    })
  }

  test('cannot control the terminal, nor pass for another message', async (t) => {
    const { screen, server } = await converse(t)
    server.send('\u001b[2J\u001b]0;title\u0007\u009b1A\rend')
    server.send('two\nlines\r\n↓ of one')
    const lines = await screen.until(/of one$/)
    assert.deepEqual(lines.slice(1), [
      '↓ \\x1b[2J\\x1b]0;title\\x07\\x9b1A\\x0dend',
      '↓ two',
      '  lines',
      '  ↓ of one',
      '↑',
    ])
  })

  test('is laid out when it is JSON, and cannot control the terminal there either', async (t) => {
    const { screen, server } = await converse(t, {}, { columns: 30 })
    server.send('{"a":1,"b":[true]}')
    server.send('{"name":"ada","more":{"list":[1,2],"none":{}}}')
    server.send('["\u009b2J"]')
    const lines = await screen.until(/x9b2J/)
    assert.deepEqual(lines.slice(-13), [
      '↓ {"a": 1, "b": [true]}',
      '↓ {',
      '    "name": "ada",',
      '    "more": {',
      '      "list": [',
      '        1,',
      '        2',
      '      ],',
      '      "none": {}',
      '    }',
      '  }',
      '↓ ["\\x9b2J"]',
      '↑',
    ])
  })

  test('is shown in hex when it is binary', async (t) => {
    const { screen, server } = await converse(t, {}, { columns: 100 })
    server.send(Buffer.from('hello\n'))
    server.send(Buffer.alloc(1000, 0x61))
    const lines = await screen.until(/1000 bytes/)
    assert.equal(lines[1], '↓ 6 bytes  68 65 6c 6c 6f 0a  |hello.|')
    assert.match(lines[2]!, /^↓ 1000 bytes {2}(61 ){16}… {2}\|a{16}\|$/)
  })
})

suite('colours', () => {
  test('are there', async (t) => {
    const { screen, server } = await converse(t, {}, { env: {} })
    server.send('x')
    await screen.until(/^↓ x$/)
    assert.ok(screen.raw.includes('\u001b[32m↑\u001b[39m'))
    assert.ok(screen.raw.includes('\u001b[31m↓\u001b[39m'))
  })

  test('are not there with NO_COLOR', async (t) => {
    const { screen, server } = await converse(t)
    server.send('x')
    await screen.until(/^↓ x$/)
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(screen.raw, /\u001b\[[\d;]*m/)
  })
})

suite('the end', () => {
  for (const key of ['ctrlC', 'ctrlD'] as const) {
    test(`${key} closes with 1000`, async (t) => {
      const { screen, server, ending, type } = await converse(t)
      const closed = server.closed()
      type(keys[key])
      assert.equal(await closed, 1000)
      assert.equal((await ending).outcome.code, 1000)
      assert.equal(screen.lines.at(-2), 'closed with 1000 (Normal Closure)')
      assert.equal(screen.lines.at(-1), '')
    })
  }

  test('a second Ctrl-C does not wait for the peer', async (t) => {
    const { server, ending, type } = await converse(t)
    server.socket.pause()
    type(`${keys.ctrlC}${keys.ctrlC}`)
    assert.equal((await ending).outcome.cause.trigger, 'terminate')
  })

  test('of the peer is shown with its code and reason, and the prompt is gone', async (t) => {
    const { screen, server, ending, type } = await converse(t)
    type('unfinished')
    await screen.until(/^↑ unfinished$/)
    server.socket.close(4000, 'enough')
    await ending
    assert.match(screen.lines[1]!, /^the server closed with 4000 \(.+\): "enough"$/)
    assert.deepEqual(screen.lines.slice(2), [''])
  })

  test('comes after the messages of --expect', async (t) => {
    const { server, ending } = await converse(t, { expect: [readExpected('2')] })
    server.send('one')
    server.send('two')
    assert.equal((await ending).missing, undefined)
  })
})

test('--ping shows round trips', async (t) => {
  const { screen } = await converse(t, { ping: 1 })
  const lines = await screen.until(/^ping \d+\.\d\d ms$/)
  assert.equal(lines.at(-1), '↑')
})
