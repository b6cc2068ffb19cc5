import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test, type TestContext } from 'node:test'
import { UsageError } from '../../dist/cli/command.js'
import { connectCommand } from '../../dist/cli/connect-command.js'
import type { Har } from '../../dist/inspect/index.js'
import { peer } from './clients.ts'
import { run, startServer } from './programs.ts'

const { ws } = await startServer({ after })

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tidewire-'))
  t.after(() => rmSync(path, { recursive: true }))
  return path
}

suite('connect --record', () => {
  test('writes the session in the format that each name asks for', async (t) => {
    const [har, pcapng, jsonl] = ['a.har', 'a.pcapng', 'a.jsonl'].map((name) =>
      join(folder(t), name),
    ) as [string, string, string]
    const { code, stdout } = await run(
      t,
      [
        'connect',
        '--record',
        har,
        '--record',
        pcapng,
        '--record',
        jsonl,
        '--header',
        'Authorization: Bearer secret',
        '--expect',
        '2',
        `${ws}/echo`,
      ],
      'hello\nagain\n',
    )
    assert.deepEqual([code, stdout], [0, 'hello\nagain\n'])
    const { log } = JSON.parse(readFileSync(har, 'utf8')) as Har
    assert.equal(log.creator.name, 'Tidewire')
    const [{ _webSocketMessages: messages, request }, ...more] = log.entries as [
      Har['log']['entries'][0],
    ]
    assert.deepEqual(more, [])
    assert.equal(request.url, `${ws}/echo`)
    assert.deepEqual(messages.map(({ type, data }) => `${type} ${data}`).sort(), [
      'receive again',
      'receive hello',
      'send again',
      'send hello',
    ])
    const file = readFileSync(pcapng)
    assert.equal(file.readUInt32LE(0), 0x0a0d0d0a)
    assert.ok(file.includes('GET /echo HTTP/1.1\r\n'))
    const lines = readFileSync(jsonl, 'utf8').trimEnd().split('\n')
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type)
    assert.deepEqual([types[0], types.at(-1)], ['open', 'close'])
    for (const path of [har, pcapng, jsonl]) {
      assert.ok(!readFileSync(path).includes('secret'))
      assert.equal(statSync(path).mode & 0o777, 0o600)
    }
  })

  test('what it wrote can be explained', async (t) => {
    const har = join(folder(t), 'session.har')
    await run(
      t,
      ['connect', '--record', har, '--deflate', '--expect', '1', `${ws}/echo`],
      'hello\n',
    )
    const { code, stdout } = await run(t, ['explain', har])
    assert.equal(code, 0)
    assert.match(stdout, /^ {2}Sec-WebSocket-Extensions: permessage-deflate/m)
    assert.match(stdout, /^Verdict: sound, /m)
  })

  test('writes what there was when the server is gone', async (t) => {
    const har = join(folder(t), 'cut.har')
    const url = await peer(t, (socket) => socket.on('message', () => socket.terminate()))
    const { code } = await run(t, ['connect', '--record', har, url], 'hello\n')
    assert.equal(code, 3)
    const { log } = JSON.parse(readFileSync(har, 'utf8')) as Har
    const { _webSocketMessages: messages } = log.entries[0]!
    assert.deepEqual(
      messages.map(({ data }) => data),
      ['hello'],
    )
  })

  test('says at once when it cannot write', async (t) => {
    const { code, stderr } = await run(t, [
      'connect',
      '--record',
      '/nonexistent/a.har',
      `${ws}/echo`,
    ])
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^tidewire: --record \/nonexistent\/a\.har cannot be written: ENOENT[^\n]*\n$/,
    )
  })

  test('takes no other names', async () => {
    await assert.rejects(connectCommand.run(['--record', 'a.txt', ws]), (error: Error) => {
      assert.ok(error instanceof UsageError)
      assert.match(
        error.message,
        /--record a\.txt: expected a name that ends in \.har, \.pcapng or \.jsonl/,
      )
      return true
    })
  })
})
