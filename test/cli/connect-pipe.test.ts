import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, suite, test, type TestContext } from 'node:test'
import type { WebSocket } from 'ws'
import { deferred } from '../../dist/node/deferred.js'
import { open, peer } from './clients.ts'
import { Program, run, startServer, tidewire } from './programs.ts'

const { ws } = await startServer({ after })
const echo = `${ws}/echo`

/** `count` numbered lines. */
function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `line ${i}\n`).join('')
}

/** Time that passes without a clock: enough for data to flow, if nothing holds it back. */
async function roundTrips(t: TestContext): Promise<void> {
  const client = await open(t, echo)
  for (let i = 0; i < 50; i++) {
    client.send('x')
    await client.next()
  }
}

suite('lines of stdin', () => {
  test('are text messages, and messages are lines of stdout', async (t) => {
    const { code, stdout, stderr } = await run(t, ['connect', echo], 'one\n\nünï 🌊\r\nlast')
    assert.equal(stdout, 'one\n\nünï 🌊\nlast\n')
    assert.equal(stderr, '')
    assert.equal(code, 0)
  })

  test('all arrive and all come back, in order, whatever their number', async (t) => {
    const input = lines(20_000)
    const { code, stdout } = await run(t, ['connect', '--expect', '20000', echo], input)
    assert.equal(stdout, input)
    assert.equal(code, 0)
  })

  test('that are not UTF-8 are said to be so, and closed in order', async (t) => {
    const codes: number[] = []
    const url = await peer(t, (socket) => socket.on('close', (code) => codes.push(code)))
    const input = Buffer.concat([Buffer.from('fine\n'), Buffer.from([0xff, 0x0a])])
    const { code, stderr } = await run(t, ['connect', url], input)
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^tidewire: stdin is not UTF-8 at or after line [12]: [^\n]*--binary[^\n]*\n$/,
    )
    assert.deepEqual(codes, [1000])
  })

  test('wait while the peer does not read', async (t) => {
    const opened = deferred<WebSocket>()
    let received = 0
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer) => (received += data.length))
      socket.pause()
      opened.resolve(socket)
    })
    const program = tidewire(t, ['connect', '--wait', '0', url])
    const socket = await opened.promise
    // Far more than the limit on what may wait, which would close the connection with 1013.
    const line = `${'x'.repeat(65_535)}\n`
    const stdin = program.child.stdin
    while (stdin.write(line));
    stdin.end(line.repeat(200))
    await roundTrips(t)
    socket.resume()
    const { code, stderr } = await program.ended
    assert.equal(stderr, '')
    assert.equal(code, 0)
    assert.ok(received >= 200 * 65_535)
  })
})

suite('stdout', () => {
  test('shows binary messages in base64', async (t) => {
    const url = await peer(t, (socket) => {
      socket.send(Buffer.from([0, 255, 10]))
      socket.send('text')
      socket.close(1000)
    })
    const { code, stdout } = await run(t, ['connect', url])
    assert.equal(stdout, 'AP8K\ntext\n')
    assert.equal(code, 0)
  })

  test('holds the peer back while nobody reads it, and loses nothing', async (t) => {
    const message = 'y'.repeat(65_535)
    const count = 512
    const sent = deferred<WebSocket>()
    const url = await peer(t, (socket) => {
      for (let i = 0; i < count; i++) socket.send(message)
      socket.close(1000)
      sent.resolve(socket)
    })
    const program = tidewire(t, ['connect', '--wait', 'forever', url])
    program.child.stdout.pause()
    const socket = await sent.promise
    await roundTrips(t)
    assert.ok(socket.bufferedAmount > (count / 2) * 65_536, 'more than sockets and pipes hold')
    program.child.stdout.resume()
    const { code, stdout } = await program.ended
    assert.equal(stdout.length, count * 65_536)
    assert.equal(code, 0)
  })

  test('that is closed ends it quietly', { skip: noShell() }, async (t) => {
    const codes: Promise<number>[] = []
    const url = await peer(t, (socket) => {
      codes.push(new Promise((resolve) => socket.on('close', resolve)))
      socket.on('message', (data: Buffer) => socket.send(data.toString()))
    })
    const connect = `${process.execPath} dist/cli/main.js connect --wait forever ${url}`
    const script = `(${connect}; echo "code $?" >&2) | head -n 1`
    const program = new Program(t, 'sh', ['-c', script])
    program.child.stdin.on('drain', () => more())
    const more = (): void => {
      while (program.child.stdin.writable && program.child.stdin.write('hello\n'));
    }
    more()
    const { stdout, stderr } = await program.ended
    assert.equal(stdout, 'hello\n')
    assert.equal(stderr, 'code 0\n')
    assert.deepEqual(await Promise.all(codes), [1000])
  })
})

suite('--binary', () => {
  test('sends stdin as one message and writes what comes as it is', async (t) => {
    const bytes = randomBytes(300_000)
    const program = tidewire(t, ['connect', '--binary', '--expect', '1', echo])
    program.child.stdin.end(bytes)
    const { code } = await program.ended
    assert.ok(Buffer.concat(program.chunks).equals(bytes))
    assert.equal(code, 0)
  })

  test('keeps the pieces that stdin comes in together', async (t) => {
    const received: Buffer[] = []
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer, isBinary) => {
        assert.ok(isBinary)
        received.push(data)
      })
      socket.on('ping', () => socket.close(1000))
    })
    const program = tidewire(t, ['connect', '--binary', url])
    program.child.stdin.write('one\n')
    setImmediate(() => program.child.stdin.end('two\n'))
    assert.equal((await program.ended).code, 0)
    assert.deepEqual(received.map(String), ['one\ntwo\n'])
  })

  test('sends nothing for an empty stdin', async (t) => {
    const { code, stdout } = await run(t, ['connect', '--binary', '--wait', '0', echo])
    assert.equal(stdout, '')
    assert.equal(code, 0)
  })
})

suite('the end', () => {
  test('comes after the answers to what was sent, however late the peer reads it', async (t) => {
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer) => socket.send(`got ${data.toString()}`))
    })
    const { code, stdout } = await run(t, ['connect', '--wait', '0', url], lines(300))
    assert.equal(stdout, lines(300).replace(/^line/gm, 'got line'))
    assert.equal(code, 0)
  })

  test('with --expect comes after that many messages, while stdin goes on', async (t) => {
    const program = tidewire(t, ['connect', '--expect', '2', echo])
    program.child.stdin.write('a\nb\n')
    const { code, stdout } = await program.ended
    assert.equal(stdout, 'a\nb\n')
    assert.equal(code, 0)
  })

  test('before the messages of --expect is no success', async (t) => {
    const url = await peer(t, (socket) => {
      socket.send('only one')
      socket.close(1000)
    })
    const { code, stdout, stderr } = await run(t, ['connect', '--expect', '2', url])
    assert.equal(code, 3)
    assert.equal(stdout, 'only one\n')
    assert.match(
      stderr,
      /^tidewire: the server closed with 1000 [^\n]*; 1 of the 2 messages[^\n]*\n$/,
    )
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} closes with 1000 and exits with 0`, async (t) => {
      const ended = deferred<number>()
      const url = await peer(t, (socket) => {
        socket.send('hello')
        socket.on('close', ended.resolve)
      })
      const program = tidewire(t, ['connect', url])
      await program.until(/hello/)
      program.child.kill(signal)
      assert.equal(await ended.promise, 1000)
      assert.equal((await program.ended).code, 0)
    })
  }

  test('--wait forever listens after the end of stdin', async (t) => {
    const topic = `${ws}/topics/news`
    const listener = tidewire(t, ['connect', '--wait', 'forever', '--expect', '1', topic])
    listener.child.stdin.end()
    const sender = await open(t, topic)
    sender.send('too early, or not')
    for (let i = 0; listener.stdout === ''; i++) {
      sender.send(`message ${i}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.equal((await listener.ended).code, 0)
  })
})

suite('exit code 3 and one line say how the peer closed', () => {
  for (const [what, close, complaint] of [
    ['1011', (socket) => socket.close(1011, 'a bug'), /server closed with 1011 \(.+\): "a bug"/],
    ['a code of its own', (socket) => socket.close(4001), /the server closed with 4001 \(.+\)/],
    ['control characters', (socket) => socket.close(3000, '\u001b[2J\u009b'), /\\u001b\[2J\\x9b/],
    ['nothing', (socket) => socket.terminate(), /closed with 1006 \(.+\): The /],
  ] as const satisfies [string, (socket: WebSocket) => void, RegExp][]) {
    test(what, async (t) => {
      const url = await peer(t, close)
      const { code, stdout, stderr } = await run(t, ['connect', '--wait', 'forever', url])
      assert.equal(code, 3)
      assert.equal(stdout, '')
      assert.match(stderr, /^tidewire: [^\n]+\n$/)
      assert.match(stderr, complaint)
      assert.ok(!stderr.includes('\u001b'))
    })
  }

  for (const code of [1000, 1001, undefined]) {
    test(`but ${code ?? 'no code'} is a normal end`, async (t) => {
      const url = await peer(t, (socket) => socket.close(code))
      const result = await run(t, ['connect', '--wait', 'forever', url])
      assert.equal(result.code, 0)
      assert.equal(result.stderr, '')
    })
  }
})

test('--ping prints round trips to stderr', async (t) => {
  const program = tidewire(t, ['connect', '--ping', '0.001', echo])
  await program.until(/^(ping \d+\.\d\d ms\n){3}/, 'stderr')
  program.child.stdin.end('x\n')
  const { code, stdout } = await program.ended
  assert.equal(stdout, 'x\n')
  assert.equal(code, 0)
})

function noShell(): string | false {
  return process.platform === 'win32' ? 'needs a POSIX shell' : false
}
