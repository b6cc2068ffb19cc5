import { once } from 'node:events'
import { suite } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { closed, gone, listening, type Log, pair, same, urlOf } from './both.ts'
import type { Duplex } from 'node:stream'

function listen(stream: Duplex, log: Log): void {
  for (const event of ['data', 'end', 'finish', 'error', 'close']) {
    stream.on(event, (...args: unknown[]) => log(event, ...args))
  }
}

suite('a stream over a WebSocket', () => {
  same('writes messages, reads them, and ends both ways', async (api, log) => {
    const { server, client, peer } = await pair(api)
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }))
    peer.on('close', (code) => log('peer close', code))
    const stream = api.createWebSocketStream(client)
    listen(stream, log)
    stream.write('one')
    stream.write(Buffer.from('two'))
    await new Promise<void>((resolve) => {
      let count = 0
      stream.on('data', () => ++count === 2 && resolve())
    })
    stream.end()
    await Promise.all([once(stream, 'close'), gone(peer)])
    log(client.readyState, stream.destroyed)
    await closed(server)
  })

  same('waits for the connection', async (api, log) => {
    const server = await listening(api)
    const received = once(server, 'connection').then(async ([peer]) => once(peer, 'message'))
    const client = new api.WebSocket(urlOf(server))
    const stream = api.createWebSocketStream(client, { encoding: 'utf8' })
    stream.write('before it is open', () => log('written', client.readyState))
    log((await received)[0])
    stream.destroy()
    await once(stream, 'close')
    log(client.readyState)
    await closed(server)
  })

  same('gives text as strings in object mode', async (api, log) => {
    const { server, client, peer } = await pair(api)
    const stream = api.createWebSocketStream(client, { readableObjectMode: true })
    const got: unknown[] = []
    const both = new Promise<void>((resolve) =>
      stream.on('data', (data) => got.push(data) === 2 && resolve()),
    )
    peer.send('text')
    peer.send(Buffer.from('bytes'))
    await both
    log(got)
    stream.destroy()
    await once(stream, 'close')
    await closed(server)
  })

  same('ends when the peer closes', async (api, log) => {
    const { server, client, peer } = await pair(api)
    const stream = api.createWebSocketStream(client)
    listen(stream, log)
    peer.send('last')
    peer.close(1000)
    await once(stream, 'end')
    log(stream.writableEnded, stream.destroyed)
    stream.end()
    await once(stream, 'close')
    await closed(server)
  })

  same('is destroyed with the error of its WebSocket', async (api, log) => {
    const { server, client, peer } = await pair(api, { client: { maxPayload: 5 } })
    const stream = api.createWebSocketStream(client)
    listen(stream, log)
    const code = once(peer, 'close')
    const end = new Promise((resolve) => stream.on('close', resolve))
    peer.send('too much')
    await end
    log((await code)[0])
    await closed(server)
  })

  same('holds the peer back while nobody reads, and loses nothing', async (api, log) => {
    const { server, client, peer } = await pair(api)
    const stream = api.createWebSocketStream(client, { readableHighWaterMark: 1000 })
    for (let i = 0; i < 50; i++) peer.send(Buffer.alloc(500, i))
    peer.close(1000)
    while (!client.isPaused) await setImmediate()
    stream.end()
    let sum = 0
    let bytes = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      for (const byte of chunk) sum += byte
      bytes += chunk.length
    }
    log(bytes, sum)
    await closed(server)
  })
})
