import assert from 'node:assert/strict'
import { test } from 'node:test'
import { program } from '../node/program.ts'

const library = new URL('../../dist/ws/index.js', import.meta.url).href
const source = `
  import { WebSocket, WebSocketServer } from '${library}'
  process.on('uncaughtException', (error) => console.log('uncaught', error.message))
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => {
    const client = new WebSocket('ws://127.0.0.1:' + server.address().port)
    client.on('open', () => {
      client.send('bad')
      client.send('good')
      client.close(1000)
    })
    client.on('close', (code) => {
      console.log('close', code)
      server.close()
    })
  })
  server.on('connection', (socket) => socket.on('message', (data) => {
    if (String(data) === 'bad') throw new Error('of the program')
    console.log(String(data))
  }))`

test('what a listener throws is uncaught, and its connection reads on', async () => {
  const lines = (await program(source)).split('\n')
  assert.deepEqual(lines.toSorted(), ['close 1000', 'good', 'uncaught of the program'])
  assert.equal(lines.at(-1), 'close 1000')
})
