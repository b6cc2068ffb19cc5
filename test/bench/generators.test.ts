import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import { bestGenerator, load } from '../../bench/generator.mjs'
import { parseArguments } from '../../bench/generators/arguments.mjs'
import { maskedFrame } from '../../bench/generators/frames.mjs'
import { Histogram } from '../../bench/generators/histogram.mjs'
import { calmly, loaded } from './loaded.ts'

const generators = [...new Set(['js', bestGenerator] as const)]
const touch = ['--mode', 'idle', '--touch', '--hold', 0, '--conns', 2, '--size', 20]
const accepted =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n'

for (const generator of generators) {
  const options = { generator, ...calmly } as const

  suite(`the generator in ${generator}`, () => {
    test('counts every answer, whatever the size of a frame', async () => {
      for (const size of [0, 125, 126, 65_535, 65_536]) {
        const args = [...touch, '--size', size, '--depth', 3]
        const { touched, bad } = await loaded('ws', args, { generator })
        assert.deepEqual([size, touched, bad], [size, 6, 0])
      }
    })

    test('sends at a rate, whether answers come or not', async () => {
      const args = ['--mode', 'echo', '--conns', 2, '--rate', 20, '--warm', 0.2, '--dur', 2]
      const { msgs } = await loaded('ws', args, { generator })
      // One in flight on each would be thousands.
      assert.ok(msgs > 0 && msgs < 1000, String(msgs))
    })

    test('charges a server that stalls for what it delayed', async (t) => {
      const port = await stallingEcho(t, 2000)
      const args = ['--mode', 'echo', '--conns', 1, '--size', 8, '--rate', 200]
      const server = { port, pids: [process.pid] }
      const { p99_us: p99 } = await load(server, [...args, '--warm', 0.1, '--dur', 2.5], options)
      // One message in flight would have waited once, and be no percentile of all.
      assert.ok(p99 > 200_000, String(p99))
    })

    test('says that a server does not keep up with a rate', async (t) => {
      const port = await answering(t, () => {})
      const args = ['--mode', 'echo', '--conns', 1, '--rate', 200_000, '--warm', 0.1, '--dur', 1]
      const run = load({ port, pids: [process.pid] }, args, options)
      await assert.rejects(run, /does not keep up with the rate/)
    })

    test('notices an answer that is not what was sent', async (t) => {
      const port = await answering(t, (socket) => socket.write(answerOf('x'.repeat(20))))
      const run = load({ port, pids: [process.pid] }, touch, options)
      await assert.rejects(run, /wrong answers|connections/)
    })

    test('notices a later answer that is longer than what was sent', async (t) => {
      let answers = 0
      const port = await answering(t, (socket, chunk) => {
        const right = unmasked(chunk)
        socket.write(answers++ === 0 ? right : Buffer.concat([Buffer.of(0x82, 9), Buffer.alloc(9)]))
      })
      const args = ['--mode', 'echo', '--conns', 1, '--size', 8, '--warm', 0.1, '--dur', 1]
      const run = load({ port, pids: [process.pid] }, args, options)
      await assert.rejects(run, /wrong answers/)
    })

    test('notices a refusal', async (t) => {
      const port = await answering(t, () => {}, 'HTTP/1.1 403 Forbidden\r\n\r\n')
      await assert.rejects(load({ port, pids: [process.pid] }, touch, options), /failed/)
    })
  })
}

test('a histogram is exact to 1.6 %', () => {
  const histogram = new Histogram()
  for (let i = 1; i <= 100_000; i++) histogram.add(i / 10_000)
  for (const share of [0.01, 0.5, 0.99]) {
    const exact = share * 10_000
    assert.ok(Math.abs(histogram.microseconds(share) / exact - 1) < 0.017, String(share))
  }
  assert.deepEqual([histogram.count, histogram.longest], [100_000, 10])
  assert.equal(new Histogram().microseconds(0.99), 0)
})

test('a frame of the generator is masked', () => {
  const frame = maskedFrame(1, Buffer.from('abc'))
  assert.deepEqual([...frame.subarray(0, 6)], [0x81, 0x83, 0x9b, 0x3c, 0xa5, 0x71])
  assert.deepEqual([...frame.subarray(6)], [0x61 ^ 0x9b, 0x62 ^ 0x3c, 0x63 ^ 0xa5])
})

test('the generator in js names what is wrong with its arguments', () => {
  assert.throws(() => parseArguments(['--fast', '1']), /unknown option --fast/)
  assert.throws(() => parseArguments(['--conns', 'many']), /--conns needs a number, not many/)
  assert.throws(() => parseArguments(['--conns']), /--conns needs a value/)
})

function answerOf(text: string): Buffer {
  return Buffer.concat([Buffer.of(0x82, text.length), Buffer.from(text)])
}

/** Upgrades, then has `answer` say what each chunk gets. */
async function answering(
  t: TestContext,
  answer: (socket: Socket, chunk: Buffer) => void,
  head = accepted,
): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let upgraded = false
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      if (upgraded) answer(socket, chunk)
      else if (head === accepted) socket.write(head)
      else socket.end(head)
      upgraded = true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as { port: number }).port
}

/** Answers nothing for `milliseconds` from the first message on, then everything. */
function stallingEcho(t: TestContext, milliseconds: number): Promise<number> {
  const length = 2 + 4 + 8
  let owed = 0
  let until = 0
  return answering(t, (socket, chunk) => {
    owed += chunk.length
    if (until === 0) {
      until = Date.now() + milliseconds
      setTimeout(pay, milliseconds)
    } else if (Date.now() >= until) pay()
    function pay(): void {
      // The payload is compared only for the first, so that must be right: it is unmasked from the frame.
      for (; owed >= length; owed -= length) socket.write(unmasked(chunk))
    }
  })
}

function unmasked(frame: Buffer): Buffer {
  const payload = Buffer.from(frame.subarray(6, 14).map((byte, i) => byte ^ frame[2 + (i & 3)]!))
  return Buffer.concat([Buffer.of(0x82, 8), payload])
}
