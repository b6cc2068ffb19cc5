import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { UsageError } from '../../dist/cli/command.js'
import { explainCommand } from '../../dist/cli/explain-command.js'
import type { Explanation } from '../../dist/inspect/index.js'
import { Program, run } from './programs.ts'

const folder = 'test/inspect/handshake/transcripts'
const wiki = `${folder}/wiki-chat.txt`

suite('a handshake in a file', () => {
  test('is explained header by header, with what is wrong and what would be right', async (t) => {
    const { code, stdout, stderr } = await run(t, ['explain', wiki])
    assert.equal(code, 1)
    assert.equal(stderr, '')
    assert.match(stdout, /^ {2}GET \/chat HTTP\/1\.1\n {6}Asks for \/chat/m)
    assert.match(stdout, /^ {2}Upgrade: websocket\n {6}Asks to change/m)
    assert.match(stdout, /^! Origin: http:\/\/asozykin\.ru\n/m)
    assert.match(stdout, /^✗ Sec-WebSocket-Accept: s3pP/m)
    assert.match(stdout, /^Verdict: faulty, 1 wrong, 2 unusual$/m)
    assert.match(stdout, /^✗ accept-wrong \(response, wrong\)$/m)
    assert.match(stdout, /^ {4}right: QZlxqpLPzrO8lyZ1oenQixj2oe8=$/m)
    assert.match(stdout, /^ {4}do: {4}Hash the key as it was sent/m)
    assert.match(stdout, /^ {4}see: {3}RFC 6455 §4\.2\.2$/m)
    assert.ok(stdout.indexOf('✗ accept-wrong') < stdout.indexOf('! origin-foreign'))
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line)
  })

  test('or pasted, and a sound one has exit code 0', async (t) => {
    const text = readFileSync(`${folder}/rfc-key.txt`)
    const { code, stdout } = await run(t, ['explain', '-'], text)
    assert.equal(code, 0)
    assert.match(stdout, /^Verdict: sound, 1 unusual$/m)
  })

  test('or two of them, one faulty', async (t) => {
    const text = readFileSync(`${folder}/rfc-key.txt`, 'utf8') + readFileSync(wiki, 'utf8')
    const { code, stdout } = await run(t, ['explain', '-'], text)
    assert.equal(code, 1)
    assert.match(stdout, /^Handshake 1 of 2\n\nRequest$/m)
    assert.match(stdout, /^Handshake 2 of 2$/m)
  })

  test('for programs is one object', async (t) => {
    const { code, stdout } = await run(t, ['explain', '--json', wiki])
    assert.equal(code, 1)
    const said = JSON.parse(stdout) as { sound: boolean; handshakes: Explanation[] }
    assert.equal(said.sound, false)
    const [{ findings, request } = { findings: [] }] = said.handshakes
    assert.deepEqual(
      findings.map(({ code: found, level }) => [found, level]),
      [
        ['key-not-random', 'unusual'],
        ['origin-foreign', 'unusual'],
        ['accept-wrong', 'wrong'],
      ],
    )
    assert.equal(findings[2]?.expected, 'QZlxqpLPzrO8lyZ1oenQixj2oe8=')
    assert.equal(request?.fields[0]?.name, 'Host')
  })

  test('of a HAR', async (t) => {
    const entry = { request: { url: 'ws://a.example/', headers: [] }, response: { status: 404 } }
    const { code, stdout } = await run(
      t,
      ['explain', '-'],
      JSON.stringify({ log: { entries: [entry] } }),
    )
    assert.equal(code, 1)
    assert.match(stdout, /^✗ path-unknown/m)
  })

  test('is shown without its secrets, unless they are asked for', async (t) => {
    const text = 'GET /?token=hunter2 HTTP/1.1\nHost: a.example\nCookie: session=hunter2\n'
    for (const args of [['-'], ['--json', '-']]) {
      const { stdout } = await run(t, ['explain', ...args], text)
      assert.ok(!stdout.includes('hunter2'))
      assert.match(stdout, /token=\[redacted\]/)
    }
    const { stdout } = await run(t, ['explain', '--show-secrets', '-'], text)
    assert.match(stdout, /token=hunter2/)
    assert.match(stdout, /Cookie: session=hunter2/)
  })

  test('with half of it missing says so', async (t) => {
    const { stdout } = await run(t, ['explain', '-'], 'GET / HTTP/1.1\nHost: a.example\n')
    assert.match(stdout, /^Response: there is none/m)
  })

  test('does not let what it shows write to the terminal', async (t) => {
    const text = 'GET / HTTP/1.1\nHost: a.example\nX: \u001b[2J\u001b]0;x\u0007\n'
    const { stdout } = await run(t, ['explain', '-'], text)
    assert.ok(!stdout.includes('\u001b'))
    assert.match(stdout, /\\x1b\[2J/)
  })
})

suite('colours', () => {
  const atTerminal = (t: Parameters<typeof run>[0], env: NodeJS.ProcessEnv): Program =>
    new Program(
      t,
      'script',
      ['-qfec', `${process.execPath} dist/cli/main.js explain ${wiki}`, '/dev/null'],
      {
        TERM: 'xterm',
        ...env,
      },
    )

  test('are for a terminal', async (t) => {
    const { stdout } = await atTerminal(t, {}).ended
    assert.ok(stdout.includes('\u001b[31m✗ accept-wrong\u001b[39m'))
  })

  test('are left out when NO_COLOR is set', async (t) => {
    const { stdout } = await atTerminal(t, { NO_COLOR: '1' }).ended
    assert.match(stdout, /✗ accept-wrong/)
    assert.ok(!stdout.includes('\u001b[31m'))
  })
})

suite('wrong usage', () => {
  for (const [args, complaint] of [
    [[], /explain takes one URL, file or -.*got none/],
    [['a', 'b'], /got 2 arguments/],
    [['/nonexistent/file'], /there is no file \/nonexistent\/file/],
    [['src'], /src cannot be read: EISDIR/],
    [['package.json'], /package\.json has no handshake/],
    [['--nothing', '-'], /--nothing.*see tidewire explain --help/],
  ] as const) {
    test(JSON.stringify(args), async () => {
      await assert.rejects(explainCommand.run(args), (error: Error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, complaint)
        return true
      })
    })
  }
})
