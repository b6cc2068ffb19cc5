import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Client, peer } from './clients.ts'
import { deferred } from '../../dist/node/deferred.js'
import { type Cleanup, Program } from './programs.ts'

/** Of util-linux: it runs a program at a terminal that it makes. */
const maker = 'script'

/** Runs `tidewire connect` at a real terminal. */
function atTerminal(t: Cleanup, url: string, env: NodeJS.ProcessEnv): Program {
  const command = `${process.execPath} dist/cli/main.js connect ${url}`
  const terminal = { TERM: 'xterm', ...env }
  return new Program(t, maker, ['-qfec', command, '/dev/null'], terminal)
}

const skip = spawnSync(maker, ['--version']).stdout?.includes('util-linux')
  ? false
  : 'needs script(1) of util-linux'

test('at a terminal lines are sent, messages are shown, Ctrl-C closes', { skip }, async (t) => {
  const connected = deferred<Client>()
  const url = await peer(t, (socket) => connected.resolve(new Client(socket)))
  const program = atTerminal(t, url, {})
  const server = await connected.promise
  await program.until(/↑/)
  program.child.stdin.write('hello\r')
  assert.equal(await server.next(), 'hello')
  server.send('hi there')
  await program.until(/↓.* hi there\r\n/)
  assert.ok(program.stdout.includes('\u001b[31m↓\u001b[39m hi there'))
  const closed = server.closed()
  program.child.stdin.write('\u0003')
  assert.equal(await closed, 1000)
  assert.equal((await program.ended).code, 0)
})

test('what is entered at a terminal is kept for the next time', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tidewire-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const history = join(folder, 'history')
  const received: string[] = []
  const url = await peer(t, (socket) => {
    socket.on('message', (data: Buffer) => {
      received.push(data.toString())
      socket.close(1000)
    })
  })
  for (const typed of ['{"a":1}\r', '\u001b[A\r']) {
    const program = atTerminal(t, url, { TIDEWIRE_HISTORY: history })
    await program.until(/↑/)
    program.child.stdin.write(typed)
    assert.equal((await program.ended).code, 0)
  }
  assert.deepEqual(received, ['{"a":1}', '{"a":1}'])
  assert.equal(statSync(history).mode & 0o777, 0o600)
})

test('a terminal that understands nothing gets plain lines', { skip }, async (t) => {
  const connected = deferred<Client>()
  const url = await peer(t, (socket) => connected.resolve(new Client(socket)))
  const program = atTerminal(t, url, { TERM: 'dumb' })
  const server = await connected.promise
  server.send('hi \u001b[2J there')
  await program.until(/hi \\x1b\[2J there\r\n/)
  program.child.stdin.write('hello\n')
  assert.equal(await server.next(), 'hello')
  assert.ok(!program.stdout.includes('\u001b'))
  server.socket.close(1011)
  assert.equal((await program.ended).code, 3)
})
