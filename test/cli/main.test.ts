import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { run } from './programs.ts'

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

suite('tidewire', () => {
  test('without arguments says on stderr what there is, and that it did nothing', async (t) => {
    const { code, stdout, stderr } = await run(t, [])
    assert.equal(code, 2)
    assert.equal(stdout, '')
    for (const command of ['serve', 'connect', 'explain', 'check', 'bench', 'replay', 'completion'])
      assert.match(stderr, new RegExp(`^  ${command} `, 'm'))
  })

  for (const flag of ['--help', '-h', 'help']) {
    test(`${flag} says it on stdout`, async (t) => {
      const { code, stdout, stderr } = await run(t, [flag])
      assert.equal(code, 0)
      assert.match(stdout, /^Usage: tidewire <command>/m)
      assert.equal(stderr, '')
    })
  }

  for (const flag of ['--version', '-v']) {
    test(`${flag} prints that of the package`, async (t) => {
      const { code, stdout } = await run(t, [flag])
      assert.equal(code, 0)
      assert.equal(stdout, `${version}\n`)
    })
  }

  for (const name of ['serv', '--port', '__proto__', 'a\u001b[2Jb']) {
    test(`there is no command ${JSON.stringify(name)}`, async (t) => {
      const { code, stdout, stderr } = await run(t, [name])
      assert.equal(code, 2)
      assert.equal(stdout, '')
      assert.match(stderr, /^tidewire: there is no command ".*"; see tidewire --help\n$/)
      assert.ok(!stderr.includes('\u001b'))
    })
  }

  const sources = {
    serve: 'src/cli/serve-command.ts',
    connect: 'src/cli/connect-options.ts',
    inspect: 'src/cli/inspect-command.ts',
    explain: 'src/cli/explain-options.ts',
    check: 'src/cli/check-options.ts',
    bench: 'src/cli/bench/bench-options.ts',
    replay: 'src/cli/replay/replay-options.ts',
  }
  for (const [command, file] of Object.entries(sources)) {
    test(`${command} --help explains every option and gives examples`, async (t) => {
      const { code, stdout, stderr } = await run(t, [command, '--help'])
      assert.equal(code, 0)
      assert.equal(stderr, '')
      assert.match(stdout, /^Usage: tidewire /m)
      assert.match(stdout, /^Examples:\n {2}\S/m)
      assert.match(stdout, /^Exit codes: /m)
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line)
      const source = readFileSync(file, 'utf8')
      const declared = /^ {2}'?([\w-]+)'?: (?:on|value|values|defaulted)\(/gm
      const options = [...source.matchAll(declared)].map(([, option]) => option)
      assert.ok(options.length > 0)
      for (const option of options) assert.match(stdout, new RegExp(`^ .*--${option}\\b`, 'm'))
    })
  }
})
