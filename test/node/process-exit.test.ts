import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { echoPeer, rawPeer } from './peers.ts'
import { program } from './program.ts'

const library = (name: string): string =>
  JSON.stringify(new URL(`../../dist/node/${name}`, import.meta.url).href)

describe('a program ends by itself', () => {
  test('after it has closed a connection, iterated and pinged', async (t) => {
    const url = await echoPeer(t)
    const output = await program(`
      import { connect } from ${library('connect.js')}
      const socket = await connect('${url}')
      await socket.ping()
      socket.send('hello')
      for await (const message of socket) { console.log(message); break }
      await socket.close()
    `)
    assert.equal(output, 'hello')
  })

  test('after a failed and an aborted connect', async (t) => {
    const silent = await rawPeer(t, () => {})
    const refusing = await rawPeer(t, (peer) =>
      peer.write('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n'),
    )
    const output = await program(`
      import { connect } from ${library('connect.js')}
      const controller = new AbortController()
      const connecting = connect('${silent}', { signal: controller.signal })
      controller.abort()
      await connecting.catch((error) => console.log(error.name))
      await connect('${refusing}').catch((error) => console.log(error.status))
      const limits = { handshakeTimeout: 50 }
      await connect('${silent}', { limits }).catch((error) => console.log(error.code))
    `)
    assert.deepEqual(output.split('\n'), ['AbortError', '404', 'ERR_CONNECT_TIMEOUT'])
  })

  test('after a WebSocket has closed', async (t) => {
    const url = await echoPeer(t)
    const output = await program(`
      import { WebSocket } from ${library('websocket.js')}
      const socket = new WebSocket('${url}')
      socket.onopen = () => socket.send('hello')
      socket.onmessage = ({ data }) => { console.log(data); socket.close() }
    `)
    assert.equal(output, 'hello')
  })

  test('and not before', async (t) => {
    const url = await rawPeer(t, () => {})
    const output = await program(`
      import { connect } from ${library('connect.js')}
      connect('${url}', { limits: { handshakeTimeout: 50 } }).catch(() => console.log('told'))
    `)
    assert.equal(output, 'told')
  })
})
