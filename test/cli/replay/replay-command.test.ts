import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test, type TestContext } from 'node:test'
import { replayConnection } from '../../../dist/cli/replay/replay-connection.js'
import type { ReplayResults } from '../../../dist/cli/replay/replay-results.js'
import { replayCommand } from '../../../dist/cli/replay/replay-command.js'
import { UsageError } from '../../../dist/cli/command.js'
import { deferred } from '../../../dist/node/deferred.js'
import { connect } from '../../../dist/node/index.js'
import { peer } from '../clients.ts'
import { type Result, run, startServer, tidewire } from '../programs.ts'

const { ws } = await startServer({ after })

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tidewire-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

/** A session with the server at `url`, as `--record` writes it. */
async function recorded(
  t: TestContext,
  url: string,
  format: 'har' | 'jsonl',
  input: string,
  ...options: string[]
): Promise<string> {
  const file = join(folder(t), `session.${format}`)
  await run(t, ['connect', '--record', file, ...options, url], input)
  return file
}

/** A server that answers what `answer` says. */
function answering(t: TestContext, answer: (message: string) => string[]): Promise<string> {
  return peer(t, (socket) => {
    socket.on('message', (data: Buffer) => {
      for (const one of answer(data.toString())) socket.send(one)
    })
  })
}

async function replay(
  t: TestContext,
  ...args: string[]
): Promise<Result & { said: ReplayResults }> {
  const result = await run(t, ['replay', '--json', ...args])
  return { ...result, said: JSON.parse(result.stdout) as ReplayResults }
}

for (const format of ['har', 'jsonl'] as const) {
  suite(`a session in ${format}`, () => {
    test('has the same answers from the same server', async (t) => {
      const file = await recorded(t, `${ws}/echo`, format, 'one\ntwo\n', '--expect', '2')
      const { code, stdout, stderr } = await run(t, ['replay', file, `${ws}/echo`])
      assert.equal(stderr, '')
      assert.match(
        stdout,
        /^connection 1 ws:.*\/echo: 2 sent, 2 answers of 2 recorded\nthe same\n$/,
      )
      assert.equal(code, 0)
    })

    test('has other answers from another one, and says which', async (t) => {
      const file = await recorded(t, `${ws}/echo`, format, 'one\ntwo\nthree\n', '--expect', '3')
      const url = await answering(t, (message) => (message === 'two' ? ['2'] : [message]))
      const { code, stdout } = await run(t, ['replay', '--fast', file, url])
      assert.equal(code, 1)
      assert.match(stdout, /^ {2}answer 2 is another one\n {2}- two\n {2}\+ 2\n/m)
      assert.match(stdout, /^1 of 1 connections differ\n$/m)
    })

    test('has bytes and compression', async (t) => {
      const file = await recorded(t, `${ws}/echo`, format, 'a\0b', '--binary', '--deflate')
      const { code, said } = await replay(t, '--fast', '--deflate', file, `${ws}/echo`)
      assert.equal(code, 0)
      assert.equal(said.connections[0]?.sent, 1)
    })
  })
}

suite('answers', () => {
  test('that do not come are missed, and no other is waited for', async (t) => {
    const file = await recorded(t, `${ws}/echo`, 'jsonl', 'one\ntwo\nthree\n', '--expect', '3')
    const url = await answering(t, () => [])
    const { code, said } = await replay(t, '--fast', '--timeout', '0.2', file, url)
    assert.equal(code, 1)
    const [connection] = said.connections
    assert.deepEqual([connection?.sent, connection?.answers], [3, 0])
    assert.deepEqual(
      connection?.differences.map(({ kind, expected }) => [kind, expected]),
      [
        ['missing', 'one'],
        ['missing', 'two'],
        ['missing', 'three'],
      ],
    )
  })

  test('that nobody expected are found as well', async (t) => {
    const file = await recorded(t, `${ws}/echo`, 'jsonl', 'one\n', '--expect', '1')
    const url = await answering(t, (message) => [message, 'more'])
    const { code, said } = await replay(t, '--fast', file, url)
    assert.equal(code, 1)
    assert.deepEqual(said.connections[0]?.differences, [
      { kind: 'unexpected', answer: 2, got: 'more' },
    ])
  })

  test('may differ where --ignore says so, or be only counted', async (t) => {
    let time = 0
    const url = await answering(t, (message) => [JSON.stringify({ message, at: { time: time++ } })])
    const file = await recorded(t, url, 'har', 'one\ntwo\n', '--expect', '2')
    const { said } = await replay(t, '--fast', file, url)
    assert.deepEqual(said.connections[0]?.differences[0]?.changes, ['$.at.time: 0 → 2'])
    for (const option of ['--ignore=at.time', '--ignore=**.time', '--compare=count']) {
      assert.equal((await replay(t, '--fast', option, file, url)).code, 0, option)
    }
    assert.equal((await replay(t, '--fast', '--ignore=message', file, url)).code, 1)
  })
})

suite('the client', () => {
  test('does not send before the answers that had come before', async (t) => {
    const order: string[] = []
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer) => {
        order.push(data.toString())
        setTimeout(() => {
          order.push(`answer ${data.toString()}`)
          socket.send('done')
        }, 20)
      })
    })
    const lines = [1, 2, 3].flatMap((number) => [
      frameLine(number, 'transmit', `step ${number}`),
      frameLine(number, 'receive', 'done'),
    ])
    const { code } = await replay(t, '--fast', written(t, [openLine(), ...lines]), url)
    assert.equal(code, 0)
    assert.deepEqual(
      order,
      [1, 2, 3].flatMap((number) => [`step ${number}`, `answer step ${number}`]),
    )
  })

  for (const [speed, pauses] of [
    [1, [100, 300, 0]],
    [2, [50, 150, 0]],
    [Infinity, [0, 0, 0]],
  ] as const) {
    test(`at speed ${speed} sends in the original timing divided by that`, async (t) => {
      const url = await answering(t, () => [])
      const socket = await connect(url)
      t.after(() => socket.terminate())
      const paused: number[] = []
      let now = 0
      const clock = {
        since: () => now,
        pause(milliseconds: number): Promise<void> {
          paused.push(milliseconds)
          now += milliseconds
          return Promise.resolve()
        },
      }
      const steps = [100, 400, 400].map((at) => ({ at, message: 'x', after: 0 }))
      const script = { number: 1, url, openAt: 0, protocols: [], steps, answers: [] }
      const pace = { speed, timeout: 60_000 }
      const whole = { ...script, serverClosed: undefined }
      const { signal } = new AbortController()
      assert.equal((await replayConnection(socket, whole, pace, clock, signal)).sent, 3)
      assert.deepEqual(paused, pauses)
    })
  }

  test('offers the subprotocols of then, unless told otherwise', async (t) => {
    const offered: (string | undefined)[] = []
    const url = await peer(t, (_, { headers }) => {
      offered.push(headers['sec-websocket-protocol']?.replaceAll(' ', ''))
    })
    const request = {
      line: 'GET / HTTP/1.1',
      fields: [['Sec-WebSocket-Protocol', 'chat.v2, chat.v1']],
    }
    const file = written(t, [openLine({ request })])
    await replay(t, file, url)
    await replay(t, '--subprotocol', 'other', file, url)
    assert.deepEqual(offered, ['chat.v2,chat.v1', 'other'])
  })

  test('opens many connections without a word on stderr', async (t) => {
    const ids = Array.from({ length: 12 }, (_, connection) => connection)
    const lines = ids.map((connection) => openLine({ connection }))
    const { code, stderr } = await run(t, ['replay', written(t, lines), `${ws}/echo`])
    assert.deepEqual([code, stderr], [0, ''])
  })

  test('opens all connections of the file, or the one that is asked for', async (t) => {
    const received: string[] = []
    const url = await answering(t, (message) => {
      received.push(message)
      return []
    })
    const file = written(t, [
      openLine(),
      openLine({ connection: 1, role: 'server' }),
      frameLine(1, 'transmit', 'first'),
      frameLine(2, 'receive', 'second', 1),
    ])
    const { said } = await replay(t, '--fast', file, url)
    assert.deepEqual(
      said.connections.map(({ connection, sent }) => [connection, sent]),
      [
        [1, 1],
        [2, 1],
      ],
    )
    received.length = 0
    await replay(t, '--connection', '2', file, url)
    assert.deepEqual(received, ['second'])
  })
})

suite('Ctrl-C', () => {
  /** A session of two connections, the second of which opens an hour later. */
  function session(t: TestContext): string {
    const hour = 3_600_000
    return written(t, [
      openLine(),
      frameLine(1, 'transmit', 'one'),
      frameLine(2, 'receive', 'one'),
      frameLine(3, 'transmit', 'two'),
      frameLine(4, 'receive', 'two'),
      frameLine(5, 'transmit', 'three'),
      openLine({ connection: 1, at: hour }),
      frameLine(hour, 'transmit', 'late', 1),
    ])
  }

  for (const [signal, first, code] of [
    ['SIGINT', 'one', 0],
    ['SIGTERM', 'other', 1],
  ] as const) {
    test(`shows the results so far: ${signal} after the answer ${first}`, async (t) => {
      const asked = deferred<void>()
      const url = await answering(t, (message) => {
        if (message === 'one') return [first]
        asked.resolve()
        return []
      })
      const args = ['replay', '--json', '--timeout', '3600', session(t), url]
      const program = tidewire(t, args)
      await asked.promise
      program.child.kill(signal)
      const { code: exitCode, stdout } = await program.ended
      const { interrupted, connections } = JSON.parse(stdout) as ReplayResults
      assert.equal(interrupted, true)
      assert.deepEqual(
        connections.map(({ sent, answers, same }) => ({ sent, answers, same })),
        [
          { sent: 2, answers: 1, same: first === 'one' },
          { sent: 0, answers: 0, same: true },
        ],
      )
      assert.deepEqual(
        connections[0]?.differences.map(({ kind, got }) => [kind, got]),
        first === 'one' ? [] : [['changed', 'other']],
      )
      assert.equal(exitCode, code)
    })
  }

  test('says so to people, also while a connection is being opened', async (t) => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const program = tidewire(t, ['replay', session(t), `ws://127.0.0.1:${port}/`])
    const [socket] = (await once(server, 'connection')) as [Socket]
    t.after(() => socket.destroy())
    program.child.kill('SIGINT')
    const { code, stdout, stderr } = await program.ended
    assert.equal(stderr, '')
    assert.match(stdout, /^connection 1 \S+: 0 sent, 0 answers of 2 recorded\nconnection 2 /)
    assert.match(stdout, /\nthe same\nInterrupted: these are the results so far\.\n$/)
    assert.equal(code, 0)
  })
})

suite('the end', () => {
  const closeLine = { type: 'close', connection: 0, at: 5, reason: '', wasClean: true, ...sums() }

  test('of the server is compared as well', async (t) => {
    const close = { ...closeLine, code: 4001, trigger: 'close-frame', by: 'remote', diagnosis: '' }
    const file = written(t, [openLine(), JSON.stringify(close)])
    const closing = (code: number): Promise<string> => peer(t, (socket) => socket.close(code))
    assert.equal((await replay(t, '--fast', file, await closing(4001))).code, 0)
    const { code, stdout } = await run(t, ['replay', '--fast', file, await closing(4002)])
    assert.equal(code, 1)
    assert.match(stdout, /the server closed it with 4002; recorded: it closed it with 4001/)
  })

  test('of one that goes early is a difference', async (t) => {
    const file = await recorded(t, `${ws}/echo`, 'jsonl', 'one\n', '--expect', '1')
    const url = await peer(t, (socket) => socket.on('message', () => socket.close(1011)))
    const { code, said } = await replay(t, '--fast', file, url)
    assert.equal(code, 1)
    assert.deepEqual(said.connections[0]?.closed, { expected: null, got: 1011 })
  })

  test('is exit code 3 where no connection is opened', async (t) => {
    const file = written(t, [openLine()])
    const { code, stdout } = await run(t, ['replay', file, 'ws://127.0.0.1:1/'])
    assert.equal(code, 3)
    assert.match(stdout, /^connection 1 ws:\/\/a\.example\/: no connection to 127\.0\.0\.1:1: /)
  })
})

suite('a file', () => {
  test('may come from stdin', async (t) => {
    const file = await recorded(t, `${ws}/echo`, 'har', 'one\n', '--expect', '1')
    const { code } = await run(t, ['replay', '-', `${ws}/echo`], readFileSync(file))
    assert.equal(code, 0)
  })

  test('has notes, which are told', async (t) => {
    const entry = {
      comment: '1 of 2 messages were cut',
      startedDateTime: '2026-01-01T00:00:00Z',
      request: { url: 'ws://a.example/', headers: [] },
    }
    const file = written(t, [JSON.stringify({ log: { entries: [entry] } })])
    const { code, stderr } = await run(t, ['replay', file, `${ws}/echo`])
    assert.equal(code, 0)
    assert.equal(stderr, 'tidewire: WebSocket 1 of the HAR: 1 of 2 messages were cut\n')
  })

  const url = 'ws://127.0.0.1:9/'
  for (const [what, lines, complaint] of [
    ['is none', undefined, /cannot be read: ENOENT/],
    ['is something else', ['hello'], /line 1 is not JSON; a HAR or the JSON lines/],
    ['is a HAR without WebSockets', ['{"log":{"entries":[]}}'], /is a WebSocket/],
    [
      'has half a message',
      [openLine(), cutLine()],
      /message 1 of the client on connection 1 was cut/,
    ],
    ['has no such connection', [openLine()], /--connection 2: the file has 1/],
    [
      'was refused then',
      [openLine({ response: { line: 'HTTP/1.1 403 Forbidden', fields: [] } })],
      /were not opened/,
    ],
  ] as const) {
    test(`that ${what} is wrong usage`, async (t) => {
      const file = lines ? written(t, lines) : join(folder(t), 'nowhere.har')
      const options = what === 'has no such connection' ? ['--connection', '2'] : []
      await assert.rejects(replayCommand.run([...options, file, url]), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, complaint)
        return true
      })
    })
  }

  for (const [args, complaint] of [
    [['a.har'], /takes a file and a URL, got 1 argument/],
    [['--fast', '--speed', '2', 'a', url], /--fast and --speed/],
    [['--speed', '0', 'a', url], /--speed 0: expected a factor/],
    [['--compare', 'x', 'a', url], /--compare x: expected one of exact, json, count/],
    [['--compare', 'exact', '--ignore', 'a', 'a', url], /--compare exact and --ignore/],
    [['--ignore', 'a..b', 'a', url], /--ignore a\.\.b: expected a path/],
    [['--connection', '0', 'a', url], /--connection 0/],
  ] as const) {
    test(JSON.stringify(args), async () => {
      await assert.rejects(replayCommand.run(args), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, complaint)
        return true
      })
    })
  }
})

function written(t: TestContext, lines: readonly string[]): string {
  const file = join(folder(t), 'session.jsonl')
  writeFileSync(file, lines.join('\n'))
  return file
}

function openLine(changes: object = {}): string {
  const line = { type: 'open', connection: 0, at: 0, role: 'client', url: 'ws://a.example/' }
  return JSON.stringify({ ...line, ...changes })
}

function frameLine(at: number, direction: string, text: string, connection = 0): string {
  const { length } = text
  const message = { number: 0, opcode: 'text', compressed: false, frames: 1, wireLength: length }
  return JSON.stringify({
    type: 'frame',
    number: at,
    connection,
    at,
    direction,
    fin: true,
    rsv: 0,
    opcode: 'text',
    length,
    inMessage: 0,
    message: { ...message, length, redacted: false, text },
  })
}

function cutLine(): string {
  return frameLine(1, 'transmit', 'hello').replace('"text":"hello"', '"text":"hel"')
}

function sums(): object {
  const none = { frames: 0, messages: 0, wireBytes: 0, messageBytes: 0 }
  return { received: none, transmitted: none }
}
