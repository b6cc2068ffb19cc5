import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { connect } from '../../dist/node/index.js'

const commands: Record<string, [file: string, ...args: string[]]> = {
  // The shell between npm and the server must not keep the signal to itself: hence `exec`.
  'npm start': ['npm', 'start', '--', '--port', '0'],
  'scripts/start.mjs': [process.execPath, 'scripts/start.mjs', '--port', '0'],
}

for (const [name, [file, ...args]] of Object.entries(commands)) {
  test(`${name} serves, and SIGTERM drains it`, { timeout: 60_000 }, async (context) => {
    const server = launch(context, file, args)
    const url = await listeningAt(server)
    assert.equal((await fetch(url)).status, 200)
    const socket = await connect(`${url.replace('http', 'ws')}/echo`)
    const exited = once(server, 'exit')
    server.kill('SIGTERM')
    assert.equal((await socket.closed).code, 1001)
    assert.deepEqual(await exited, [0, null])
    await assert.rejects(fetch(url), 'nothing listens any more')
  })
}

test('a wrong argument is explained, with an exit code', { timeout: 60_000 }, async (context) => {
  const server = launch(context, process.execPath, ['scripts/start.mjs', '--port', 'none'])
  let complaint = ''
  server.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const [code] = (await once(server, 'close')) as [number]
  assert.notEqual(code, 0)
  assert.match(complaint, /--port/)
})

/** Starts a program without a stdin, in a group of its own that ends with the test. */
function launch(context: TestContext, file: string, args: readonly string[]): ChildProcess {
  const stdio = ['ignore', 'pipe', 'pipe'] as const
  const child = spawn(file, args, { stdio: [...stdio], detached: true })
  context.after(() => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended, which is what most tests wait for.
    }
  })
  return child
}

/** The address in the line that the ready server prints, the last on its stdout. */
async function listeningAt(server: ChildProcess): Promise<string> {
  let printed = ''
  for await (const text of server.stdout?.setEncoding('utf8') ?? []) {
    printed += text as string
    const [, url] = /^listening on (http:\S+)$/m.exec(printed) ?? []
    if (url) return url
  }
  throw new Error(`it ended without listening:\n${printed}`)
}
