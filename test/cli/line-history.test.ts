import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { historyFile, LineHistory } from '../../dist/cli/line-history.js'

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

suite('the history', () => {
  test('is in the XDG state folder, or where it is said to be', () => {
    const own = join(homedir(), '.local/state/tidewire/connect-history')
    assert.equal(historyFile({}), own)
    assert.equal(historyFile({ XDG_STATE_HOME: 'relative' }), own)
    assert.equal(historyFile({ XDG_STATE_HOME: '/state' }), '/state/tidewire/connect-history')
    assert.equal(historyFile({ TIDEWIRE_HISTORY: '/h' }), '/h')
    assert.equal(historyFile({ TIDEWIRE_HISTORY: '', XDG_STATE_HOME: '/state' }), undefined)
  })

  test('has the latest lines first, and only for its owner', (t) => {
    const file = join(place(t), 'deep', 'er', 'history')
    const history = new LineHistory(file)
    assert.deepEqual(history.read(), [])
    for (const line of ['one', '', 'two']) history.add(line)
    assert.deepEqual(new LineHistory(file).read(), ['two', 'one'])
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(statSync(join(file, '..')).mode & 0o777, 0o700)
  })

  test('has no secrets, nothing that was set off with a space, and nothing long', (t) => {
    const history = new LineHistory(join(place(t), 'history'))
    for (const line of [
      ' set off',
      '{"Password":"hunter2"}',
      '{"api_key":"x"}',
      'Authorization: Basic eA==',
      'send Bearer abc',
      '["eyJhbGciOiJIUzI1NiJ9.e30.x"]',
      '{"accessToken":1}',
      'x'.repeat(5000),
    ]) {
      history.add(line)
    }
    assert.deepEqual(history.read(), [])
  })

  test('does not grow without end', (t) => {
    const folder = place(t)
    const file = join(folder, 'history')
    writeFileSync(file, Array.from({ length: 2500 }, (_, at) => `line ${at}\n`).join(''))
    const lines = new LineHistory(file).read()
    assert.deepEqual([lines.length, lines[0], lines.at(-1)], [1000, 'line 2499', 'line 1500'])
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 1001)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(readdirSync(folder), ['history'])
  })

  test('that cannot be written is only that of the session', () => {
    const history = new LineHistory('/dev/null/history')
    history.add('one')
    assert.deepEqual(history.read(), [])
  })
})
