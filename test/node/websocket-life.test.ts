import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { echoPeer } from './peers.ts'
import { program } from './program.ts'

const library = (name: string): string =>
  JSON.stringify(new URL(`../../dist/node/${name}`, import.meta.url).href)

describe('a WebSocket', () => {
  test('that nobody holds but its listeners is kept while it is open, and let go when it is closed', async (t) => {
    const url = await echoPeer(t)
    const output = await program(
      `
      import { setImmediate } from 'node:timers/promises'
      import { WebSocket } from ${library('websocket.js')}
      async function collect() {
        for (let round = 0; round < 5; round++) { await setImmediate(); gc() }
      }
      const happened = (type, socket) => new Promise((resolve) => {
        socket.addEventListener(type, ({ data }) => resolve(data), { once: true })
      })
      let message, closed
      async function begin() {
        const socket = new WebSocket('${url}')
        await happened('open', socket)
        message = happened('message', socket)
        closed = happened('close', socket)
        return new WeakRef(socket)
      }
      const held = await begin()
      await collect()
      held.deref().send('still there')
      console.log(await message)
      held.deref().close()
      await closed
      for (let round = 0; round < 50 && held.deref(); round++) await collect()
      console.log(held.deref() === undefined)
    `,
      { flags: ['--expose-gc'] },
    )
    assert.deepEqual(output.split('\n'), ['still there', 'true'])
  })

  test('reports what a handler throws as uncaught, and goes on', async (t) => {
    const url = await echoPeer(t)
    const output = await program(`
      import { WebSocket } from ${library('websocket.js')}
      process.on('uncaughtException', (error) => console.log('uncaught', error.message))
      const socket = new WebSocket('${url}')
      socket.onopen = () => { socket.send('a'); throw new Error('at open') }
      socket.addEventListener('message', () => { throw new Error('by a listener') })
      socket.onmessage = ({ data }) => {
        console.log(data)
        if (data === 'b') return socket.close()
        socket.send('b')
        throw new Error('by a handler')
      }
      socket.onclose = ({ wasClean }) => console.log('clean', wasClean)
    `)
    const lines = output.split('\n')
    // Node tells of two exceptions in a row with something else in between.
    const uncaught = lines.filter((line) => line.startsWith('uncaught'))
    assert.deepEqual(uncaught.toSorted(), [
      'uncaught at open',
      'uncaught by a handler',
      'uncaught by a listener',
      'uncaught by a listener',
    ])
    const others = lines.filter((line) => !uncaught.includes(line))
    assert.deepEqual(others, ['a', 'b', 'clean true'])
  })
})
