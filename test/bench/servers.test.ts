import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { contenders } from '../../bench/contenders.mjs'
import { load } from '../../bench/generator.mjs'
import { startServer } from '../../bench/server-process.mjs'
import { calmly, loaded } from './loaded.ts'

/** Long enough for a message, however busy the machine is: see `some`. */
const brief = ['--warm', 0.1, '--dur', 0.2]
const echo = ['--mode', 'echo', '--conns', 3]
const idle = ['--mode', 'idle', '--conns', 3, '--touch', '--hold', 0]
const fanOut = ['--mode', 'bcast', '--conns', 3, '--size', 64, '--window', 2]
const storm = ['--mode', 'storm', '--conns', 2, '--src', 2]

/** What is not here, such as a compiler, has the reason in its row of the table as well. */
const here = Object.entries(contenders).filter(([, { missing }]) => !missing?.())

for (const [name] of here) {
  suite(`the ${name} server of the benchmarks`, () => {
    const against = (args: readonly (string | number)[], settings = {}) => {
      return loaded(name, args, { settings })
    }

    test('answers each message with the same', async () => {
      const { touched, bad } = await against([...idle, '--size', 64, '--depth', 5])
      assert.deepEqual([touched, bad], [15, 0])
    })

    test('answers a message of 1 MiB', async () => {
      const { touched, bad } = await against([...idle, '--size', 2 ** 20], { message: 2 ** 20 })
      assert.deepEqual([touched, bad], [3, 0])
    })

    test('echoes for as long as it is asked to', async () => {
      assert.ok(await some(() => against([...echo, ...brief, '--size', 64, '--depth', 4])))
    })

    test('delivers to every subscriber what is published', async () => {
      assert.ok(await some(() => against([...fanOut, ...brief])))
    })

    test('lets a connection close', async () => {
      assert.ok(await some(() => against([...storm, ...brief])))
    })
  })
}

for (const [name] of here.filter(([own]) => ['tidewire', 'ws', 'bun', 'socket.io'].includes(own))) {
  test(`the ${name} server of the benchmarks compresses when it is told to`, async () => {
    const args = [...idle, '--size', 1024, '--json', '--deflate']
    const { ext, touched } = await loaded(name, args, { settings: { deflate: 'default' } })
    assert.deepEqual([ext, touched], [3, 3])
  })
}

test('a server of the benchmarks runs in two processes of a cluster, all of which are counted', async () => {
  const [node, program] = contenders['tidewire']!.command
  const command = [node!, 'bench/servers/cluster.mjs', program!, '2']
  const server = await startServer('tidewire', {}, { ...calmly, command })
  try {
    assert.equal(new Set(server.pids).size, 3)
    const { touched, bad } = await load(server, [...idle, '--size', 64], {
      generator: 'js',
      ...calmly,
    })
    assert.deepEqual([touched, bad], [3, 0])
  } finally {
    await server.stop()
  }
})

test('a server that cannot start says why', async () => {
  const command = [process.execPath, '--eval', 'throw Error(`no port is free`)']
  await assert.rejects(
    startServer('ws', {}, { ...calmly, command }),
    /^Error: the ws server did not start: .*no port is free/,
  )
})

/** On a busy machine nothing may happen in so short a time; then again. A wrong answer rejects. */
async function some(run: () => Promise<{ msgs: number }>): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) if ((await run()).msgs > 0) return true
  return false
}
