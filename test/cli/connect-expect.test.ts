import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { peer } from './clients.ts'
import { run, startServer } from './programs.ts'

const { ws } = await startServer({ after })
const echo = `${ws}/echo`

suite('--expect', () => {
  test('ends with 0 when a message comes that is it', async (t) => {
    for (const what of ['two', '/^tw/', '{"op":"b"}']) {
      const input = what.startsWith('{') ? '{"op":"a"}\n{"op":"b","id":2}\n' : 'one\ntwo\n'
      const { code, stderr } = await run(t, ['connect', '--expect', what, echo], input)
      assert.deepEqual([code, stderr], [0, ''], what)
    }
  })

  test('ends with 1 when it does not come in time', async (t) => {
    const args = ['connect', '--expect', 'never', '--timeout', '0.3', echo]
    const { code, stdout, stderr } = await run(t, args, 'one\n')
    assert.deepEqual([code, stdout], [1, 'one\n'])
    assert.equal(stderr, 'tidewire: no message had come that is never within --timeout\n')
  })

  test('ends with 3 when the server closes before', async (t) => {
    const url = await peer(t, (socket) => socket.close(1000))
    const { code, stderr } = await run(t, ['connect', '--expect', '/x/', url])
    assert.equal(code, 3)
    assert.match(stderr, /the server closed with 1000 .*; no message had come that is \/x\/\n$/)
  })
})

suite('--repeat', () => {
  test('sends each message so often', async (t) => {
    const args = ['connect', '--repeat', '3', '--interval', '0.001', '--expect', '6', echo]
    const { code, stdout } = await run(t, args, 'a\nb\n')
    assert.deepEqual([code, stdout], [0, 'a\na\na\nb\nb\nb\n'])
  })

  test('sends the same bytes so often', async (t) => {
    const args = ['connect', '--binary', '--repeat', '2', '--expect', '2', echo]
    const { code, stdout } = await run(t, args, 'bytes')
    assert.deepEqual([code, stdout], [0, 'bytesbytes'])
  })

  test('does not outlive the connection', async (t) => {
    const url = await peer(t, (socket) => socket.on('message', () => socket.close(1000)))
    const args = ['connect', '--repeat', '2', '--interval', '600', url]
    assert.equal((await run(t, args, 'a\n')).code, 0)
  })
})

test('--json is a line of JSON for all that happens', async (t) => {
  const url = await peer(t, (socket) => {
    socket.send('text')
    socket.send(Buffer.of(0, 255))
    socket.close(1000, 'bye')
  })
  const { code, stdout } = await run(t, ['connect', '--json', url])
  assert.equal(code, 0)
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const diagnosis = events.at(-1)?.['diagnosis']
  assert.equal(typeof diagnosis, 'string')
  assert.deepEqual(events, [
    { type: 'open', url, protocol: '', extensions: '' },
    { type: 'text', data: 'text' },
    { type: 'binary', base64: 'AP8=' },
    { type: 'close', code: 1000, reason: 'bye', wasClean: true, by: 'remote', diagnosis },
  ])
})

test('--pretty lays JSON out in a pipe, and leaves everything else as it is', async (t) => {
  const args = ['connect', '--pretty', '--expect', '2', echo]
  const { stdout } = await run(t, args, '{"a":[1,2.0]}\nplain\n')
  assert.equal(stdout, '{\n  "a": [\n    1,\n    2.0\n  ]\n}\nplain\n')
})
