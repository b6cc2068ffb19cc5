import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, suite, test } from 'node:test'
import { benchCommand } from '../../../dist/cli/bench/bench-command.js'
import type { BenchResults } from '../../../dist/cli/bench/bench-output.js'
import { ErrorCounts } from '../../../dist/cli/bench/error-counts.js'
import { checkOpenFiles, mostOpenFiles } from '../../../dist/cli/bench/file-limit.js'
import { CommandError, UsageError } from '../../../dist/cli/command.js'
import { ConnectError } from '../../../dist/node/index.js'
import { peer } from '../clients.ts'
import { type Cleanup, Program, run, startServer, tidewire } from '../programs.ts'

const { ws } = await startServer({ after })
const echo = `${ws}/echo`
/** Short: what is tested is not speed. */
const short = ['--connections', '4', '--duration', '1', '--warm-up', '0.05']

async function bench(
  t: Cleanup,
  ...args: string[]
): Promise<BenchResults & { readonly exitCode: number | null }> {
  const { code, stdout, stderr } = await run(t, ['bench', '--json', ...short, ...args])
  assert.equal(stderr, '')
  return { ...(JSON.parse(stdout) as BenchResults), exitCode: code }
}

suite('bench', () => {
  test('measures a closed loop', async (t) => {
    const results = await bench(t, echo)
    assert.equal(results.exitCode, 0)
    assert.deepEqual(results.connections, { wanted: 4, opened: 4 })
    assert.deepEqual([results.depth, results.rate, results.messageBytes], [1, null, 64])
    assert.ok(results.messages > 0 && results.messagesPerSecond > 0)
    assert.equal(results.unanswered, 0)
    const { p50, p90, p99, max, ...more } = results.latencyMicroseconds!
    assert.ok(p50 > 0 && p50 <= p90 && p90 <= p99 && p99 <= more['p99.9'] && p99 <= max)
    assert.ok(results.connectMicroseconds!.p50 > 0)
    assert.ok(results.generator.cores > 0)
    assert.deepEqual(results.errors, [])
  })

  test('measures an open loop, in threads, with compressed bytes', async (t) => {
    const args = ['--rate', '200', '--threads', '2', '--deflate', '--binary', '--size', '2000']
    const results = await bench(t, ...args, echo)
    assert.equal(results.exitCode, 0)
    assert.deepEqual([results.threads, results.rate, results.depth], [2, 200, null])
    assert.ok(results.messages > 0)
    assert.ok(results.generator.latenessMicroseconds)
  })

  test('tells people the same', async (t) => {
    const { code, stdout } = await run(t, ['bench', ...short, '--message', 'hällo', echo])
    assert.equal(code, 0)
    assert.match(stdout, /: echo, 4 connections, 1 in flight on each, 6 bytes each, 1 thread\n/)
    assert.match(stdout, /^throughput {3}[\d,]+ messages\/s, [\d.]+ MB\/s; [\d,]+ messages in /m)
    assert.match(stdout, /^latency {6}p50 \S+ (µs|ms|s) {3}p90 .*p99 .*p99\.9 .*max /m)
    assert.match(stdout, /^connecting {3}p50 /m)
    assert.match(stdout, /^generator {4}\d\.\d\d cores; busiest thread \d+ % busy$/m)
  })

  test('of a server that only reads counts what it has read', async (t) => {
    const received: string[] = []
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer) => received.push(data.toString()))
    })
    for (const pace of [
      ['--depth', '8'],
      ['--rate', '100'],
    ]) {
      received.length = 0
      const results = await bench(t, '--mode', 'send', '--message', 'x', ...pace, url)
      assert.equal(results.exitCode, 0)
      assert.ok(results.messages > 0 && results.messages <= received.length)
      assert.ok(received.every((one) => one === 'x'))
      assert.equal(results.unanswered, 0)
    }
  })

  test('of a server that sends of its own accord counts what comes', async (t) => {
    const url = await peer(t, (socket) => {
      const timer = setInterval(() => socket.send('tick'), 1)
      socket.on('close', () => clearInterval(timer))
    })
    const results = await bench(t, '--mode', 'receive', url)
    assert.equal(results.exitCode, 0)
    assert.ok(results.messages > 0)
    assert.equal(results.latencyMicroseconds, null)
  })

  test('charges a server that answers late', async (t) => {
    const late = 60
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer) => {
        setTimeout(() => socket.send(data.toString()), late)
      })
    })
    const results = await bench(t, '--rate', '100', url)
    assert.equal(results.exitCode, 0)
    // Timers are never early, but for a rounded millisecond.
    assert.ok(results.latencyMicroseconds!.p50 > (late - 2) * 1000)
  })

  test('counts messages that stay without an answer', async (t) => {
    const url = await peer(t, () => {})
    const results = await bench(t, '--depth', '2', '--warm-up', '0', '--timeout', '0.5', url)
    assert.equal(results.exitCode, 3)
    assert.deepEqual([results.messages, results.unanswered], [0, 8])
    assert.ok(results.latencyMicroseconds!.p50 >= 1_000_000, 'at least what they have waited')
  })

  test('counts answers that are not what was sent, unless any will do', async (t) => {
    const url = await peer(t, (socket) => socket.on('message', () => socket.send('other')))
    const results = await bench(t, url)
    assert.equal(results.exitCode, 3)
    assert.deepEqual(
      results.errors.map(({ code }) => code),
      ['changed'],
    )
    assert.equal((await bench(t, '--mode', 'answer', url)).exitCode, 0)
  })

  test('counts connections that are closed, by code, and ends when none is left', async (t) => {
    const url = await peer(t, (socket) => socket.on('message', () => socket.close(1011, 'a bug')))
    const results = await bench(t, '--duration', '600', url)
    assert.equal(results.exitCode, 3)
    const [error, ...more] = results.errors
    assert.deepEqual([error?.code, error?.count, more], ['closed 1011', 4, []])
  })

  test('has one line for a server that is not there', async (t) => {
    const { code, stdout, stderr } = await run(t, ['bench', ...short, 'ws://127.0.0.1:1/'])
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /^tidewire: no connection to 127\.0\.0\.1:1: nobody listens[^\n]*\n$/)
  })

  test('ends with the results so far at Ctrl-C', async (t) => {
    let messages = 0
    const url = await peer(t, (socket) => {
      socket.on('message', (data: Buffer) => {
        socket.send(data.toString())
        if (++messages === 500) program.child.kill('SIGINT')
      })
    })
    const args = ['--connections', '4', '--duration', '600', '--warm-up', '0', '--json']
    const program = tidewire(t, ['bench', ...args, url])
    const { code, stdout } = await program.ended
    const results = JSON.parse(stdout) as BenchResults
    assert.deepEqual([code, results.interrupted], [0, true])
    assert.ok(results.messages >= 400)
    assert.ok(results.seconds < 600)
  })
})

suite('the live display', () => {
  const maker = 'script'
  const skip = spawnSync(maker, ['--version']).stdout?.includes('util-linux')
    ? false
    : 'needs script(1) of util-linux'

  test('is there at a terminal, and gone in the end', { skip }, async (t) => {
    const args = `bench --connections 2 --warm-up 0 --duration 600 ${echo}`
    // `exec`: a shell in between would say 130, as it has the Ctrl-C as well.
    const command = `exec ${process.execPath} dist/cli/main.js ${args}`
    const program = new Program(t, maker, ['-qfec', command, '/dev/null'], { TERM: 'xterm' })
    await program.until(/\[K\d+\.\d s: [\d,]+ messages\/s, p50 .*, 2 connections/)
    program.child.stdin.write('\u0003')
    const { code, stdout } = await program.ended
    assert.equal(code, 0)
    assert.match(stdout, /\[K[^\r]*: echo, 2 connections/)
    assert.match(stdout, /Interrupted: these are the results so far\./)
  })
})

suite('open files', () => {
  test('are as many as the system says', () => {
    const most = mostOpenFiles()
    assert.ok(most === undefined || most > 10)
  })

  test('are not exceeded', () => {
    checkOpenFiles(900, 1024)
    checkOpenFiles(100_000, undefined)
    assert.throws(
      () => checkOpenFiles(1000, 1024),
      (error) => error instanceof CommandError && /ulimit -n 1100/.test(error.message),
    )
  })
})

test('more connections than open files is one line', async (t) => {
  const command = `ulimit -n 150; ${process.execPath} dist/cli/main.js bench --connections 60 ${echo}`
  const { code, stderr } = await new Program(t, 'sh', ['-c', command]).ended
  assert.equal(code, 1)
  assert.match(stderr, /^tidewire: --connections 60: [^\n]* may have 150, [^\n]*ulimit -n 160\n$/)
})

test('what the system refuses is explained', () => {
  const errors = new ErrorCounts()
  const refused = (code: string): ConnectError =>
    new ConnectError('ERR_CONNECT_NETWORK', 'refused', {
      cause: Object.assign(new Error(), { code }),
    })
  for (const code of ['EMFILE', 'EMFILE', 'EADDRNOTAVAIL', 'EHOSTUNREACH'])
    errors.failed(refused(code))
  assert.deepEqual(
    errors.list.map(({ code, count }) => [code, count]),
    [
      ['EMFILE', 2],
      ['EADDRNOTAVAIL', 1],
      ['ERR_CONNECT_NETWORK', 1],
    ],
  )
  assert.match(errors.list[0]!.message, /ulimit -n/)
})

suite('wrong usage is one line', () => {
  const url = 'ws://127.0.0.1:9/'
  for (const [args, complaint] of [
    [[], /bench takes one URL, got none/],
    [[url, url], /got 2 arguments/],
    [['--connections', '0', url], /--connections 0: expected a whole number from 1 to 1000000/],
    [['--rate', '1', '--depth', '1', url], /--rate and --depth/],
    [['--mode', 'both', url], /--mode both: expected one of echo, answer, send, receive/],
    [['--mode', 'receive', '--rate', '5', url], /--mode receive sends nothing/],
    [['--message', 'x', '--size', '5', url], /--message/],
    [['--duration', '0', url], /--duration 0: expected at least 0\.001 seconds/],
    [['--threads', '0', url], /--threads 0/],
    [['--subprotocol', 'a b', url], /protocols/],
    [['ftp://a/'], /scheme is ftp:/],
  ] as const) {
    test(JSON.stringify(args), async () => {
      await assert.rejects(benchCommand.run(args), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, complaint)
        return true
      })
    })
  }
})
