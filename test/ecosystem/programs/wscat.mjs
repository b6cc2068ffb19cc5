// wscat as a client and as a server.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { WebSocketServer } from 'ws'

const wscat = createRequire(import.meta.url).resolve('wscat/bin/wscat')
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
await once(server, 'listening')
server.on('connection', (socket, { headers }) => {
  console.log('subprotocol', socket.protocol, 'header', headers['x-test'])
  socket.on('message', (data) => socket.send(Buffer.concat([Buffer.from('echo: '), data])))
})
const connected = once(server, 'connection').then(([socket]) => once(socket, 'close'))
const { port } = server.address()
const url = `ws://127.0.0.1:${port}`
const args = ['-c', url, '-s', 'chat', '-H', 'X-Test: yes', '-x', 'hello', '-w', '1', '--no-color']
const child = spawn(process.execPath, [wscat, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
const [output] = await Promise.all([text(child.stdout), once(child, 'exit')])
console.log(output.match(/echo: hello/)?.[0])
console.log('close', (await connected)[0])
server.close()
