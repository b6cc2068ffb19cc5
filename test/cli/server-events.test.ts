import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ServerEvents } from '../../dist/cli/server-events.js'
import { connect, OptionError, serve } from '../../dist/node/index.js'
import { deferred } from '../../dist/node/deferred.js'
import { ask, open } from './clients.ts'
import { type Program, startServer, tidewire } from './programs.ts'

type Event = Readonly<Record<string, unknown>> & { readonly type: string }

function events(text: string): Event[] {
  const lines = text.split('\n')
  assert.equal(lines.pop(), '')
  return lines.map((line) => JSON.parse(line) as Event)
}

async function listening(program: Program): Promise<Record<string, string>> {
  const [line] = await program.until(/^\{"type":"listening".*\n/)
  return JSON.parse(line) as Record<string, string>
}

suite('tidewire serve --json', () => {
  test('says where it listens, and what opens and closes', async (t) => {
    const program = tidewire(t, ['serve', '--port', '0', '--json'])
    const { url = '', websocket, page, inspector } = await listening(program)
    assert.equal((await ask(url.replace(/\/$/, ''), '/health')).status, 200)
    assert.equal(websocket, url.replace('http', 'ws'))
    assert.deepEqual([page, inspector], [url, undefined])

    const first = await connect(`${websocket}echo`)
    const second = await open(t, `${websocket}topics/lobby`)
    await first.close(4000, 'done')
    await program.until(/"type":"close".*\n/)
    program.child.kill('SIGTERM')
    assert.equal(await second.closed(), 1001)
    const { code, stdout, stderr } = await program.ended
    assert.deepEqual([code, stderr], [0, ''])
    const [, ...told] = events(stdout)
    assert.deepEqual(
      told.map(({ type, connection, path, code: closeCode, reason, wasClean, by }) =>
        type === 'open'
          ? { type, connection, path }
          : { type, connection, code: closeCode, reason, wasClean, by },
      ),
      [
        { type: 'open', connection: 1, path: '/echo' },
        { type: 'open', connection: 2, path: '/topics/lobby' },
        { type: 'close', connection: 1, code: 4000, reason: 'done', wasClean: true, by: 'remote' },
        { type: 'close', connection: 2, code: 1001, reason: '', wasClean: true, by: 'local' },
      ],
    )
    assert.equal(told[0]?.['remote'], '127.0.0.1')
    assert.match(String(told[2]?.['diagnosis']), /4000/)
  })

  test('says where the inspector is, and its front door, and prints them nowhere else', async (t) => {
    const program = tidewire(t, ['serve', '--port', '0', '--json', '--inspect'])
    const { url, page, inspector = '' } = await listening(program)
    const [, port, token] = /^http:\/\/127\.0\.0\.1:(\d+)\/#token=(.+)$/.exec(inspector) ?? []
    assert.equal(page, `${url}#inspector=${port}.${token}`)
    program.child.kill('SIGTERM')
    assert.equal((await program.ended).stderr, '')
  })

  test('is not what is printed without it', async (t) => {
    const { program, ws } = await startServer(t)
    await (await connect(`${ws}/echo`)).close()
    program.child.kill('SIGTERM')
    assert.match((await program.ended).stdout, /^listening on \S+\n$/)
  })
})

test('a handler that fails is an event of its connection', async (t) => {
  const written: string[] = []
  const over = deferred<void>()
  const told = new ServerEvents((line) => written.push(line))
  const server = await serve({
    open: (socket, handshake) => told.opened(socket, handshake),
    message() {
      throw new OptionError('size', 1, 'more')
    },
    close(socket, outcome) {
      told.closed(socket, outcome)
      over.resolve()
    },
    error: (socket, error) => told.failed(socket, error),
  })
  t.after(() => server.close())
  const client = await open(t, server.url.replace('http', 'ws'))
  client.send('x')
  await over.promise
  told.failed(undefined, 'a string')
  assert.deepEqual(
    events(written.join('')).map(({ type, connection, code }) => [type, connection, code]),
    [
      ['open', 1, undefined],
      ['error', 1, 'ERR_OPTION'],
      ['close', 1, 1011],
      ['error', undefined, undefined],
    ],
  )
})
