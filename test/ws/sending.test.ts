import { once } from 'node:events'
import { suite } from 'node:test'
import type { WebSocket } from 'ws'
import { closed, gone, pair, same } from './both.ts'

/** The next messages of a WebSocket. */
function messages(websocket: WebSocket, count: number): Promise<unknown[]> {
  const got: unknown[] = []
  return new Promise((resolve) =>
    websocket.on('message', (data, isBinary) => {
      got.push([data, isBinary])
      if (got.length === count) resolve(got)
    }),
  )
}

suite('what is sent', () => {
  same('may be a Blob, in its turn', async (api, log) => {
    const { server, client, peer } = await pair(api)
    const got = messages(peer, 4)
    client.send('first')
    client.send(new Blob(['sec', 'ond']) as never, () => log('written', client.bufferedAmount))
    client.send('third')
    client.send(new Blob([]) as never)
    log(client.bufferedAmount >= 11)
    client.close(1000, 'after all that')
    log(client.readyState)
    log(await got)
    const [code, reason] = (await once(peer, 'close')) as [number, Buffer]
    log(code, reason)
    await closed(server)
  })

  same('may be a Blob in a ping', async (api, log) => {
    const { server, client, peer } = await pair(api)
    client.ping(new Blob(['blob']))
    log((await once(peer, 'ping'))[0])
    await closed(server)
  })

  same('may be in fragments, whose first decides what it is', async (api, log) => {
    const { server, client, peer } = await pair(api)
    const got = messages(peer, 3)
    client.send('a', { fin: false })
    client.send(Buffer.from('b'), { fin: false })
    client.ping('between')
    client.send('c', { fin: true })
    client.send(Buffer.from('d'), { fin: false, binary: true })
    client.send('e', { fin: true })
    client.send('whole')
    log(await got)
    await closed(server)
  })

  same('may be nothing at all', async (api, log) => {
    const { server, client, peer } = await pair(api)
    const got = messages(peer, 5)
    client.send(undefined as never)
    client.send(null as never)
    client.send(0)
    client.send([1, 2, 3] as never)
    client.send(new DataView(new ArrayBuffer(2)))
    log(await got)
    client.ping()
    log((await once(peer, 'ping'))[0])
    client.ping(0)
    log((await once(peer, 'ping'))[0])
    await closed(server)
  })

  for (const size of [0, 125, 126, 65_535, 65_536, 300_000]) {
    same(`may be of ${size} bytes in both directions`, async (api, log) => {
      const { server, client, peer } = await pair(api)
      const data = Buffer.alloc(size, 'ws')
      const got = messages(peer, 2)
      client.send(data)
      client.send(data.toString())
      const echoed = messages(client, 2)
      for (const [message, isBinary] of (await got) as [Buffer, boolean][]) {
        log(message.equals(data), isBinary)
        peer.send(message, { binary: isBinary })
      }
      for (const [message, isBinary] of (await echoed) as [Buffer, boolean][]) {
        log(message.equals(data), isBinary)
      }
      await closed(server)
    })
  }

  const compressions = {
    'its defaults': {},
    'no context takeover': { serverNoContextTakeover: true, clientNoContextTakeover: true },
    'a threshold of 0': { threshold: 0 },
    'small windows': { serverMaxWindowBits: 9, clientMaxWindowBits: 9 },
  }
  for (const [name, perMessageDeflate] of Object.entries(compressions)) {
    same(`may be compressed with ${name}`, async (api, log) => {
      const options = { perMessageDeflate }
      const { server, client, peer } = await pair(api, { server: options, client: options })
      log(client.extensions, peer.extensions)
      const texts = ['', 'short', 'again and again '.repeat(1000), 'short', 'x'.repeat(200_000)]
      const there = messages(peer, texts.length)
      const back = messages(client, texts.length)
      for (const text of texts) client.send(text)
      for (const text of texts) peer.send(Buffer.from(text), { compress: text !== 'short' })
      log(await there)
      log(await back)
      client.close()
      await gone(client)
      await closed(server)
    })
  }

  same('may be compressed and then be too large', async (api, log) => {
    const { server, client, peer } = await pair(api, {
      server: { perMessageDeflate: true, maxPayload: 1000 },
      client: { perMessageDeflate: { threshold: 0 } },
    })
    peer.on('error', (error) => log(error))
    client.on('close', (code, reason) => log('client', code, reason))
    peer.on('close', (code, reason) => log('peer', code, reason))
    client.send('x'.repeat(100_000))
    await Promise.all([gone(client), gone(peer)])
    await closed(server)
  })

  same('is masked as generateMask says', async (api, log) => {
    let called = 0
    const { server, client, peer } = await pair(api, {
      client: {
        generateMask: (mask: Buffer) => {
          called++
          mask.fill(0x55)
        },
      },
    })
    const got = messages(peer, 1)
    client.send('masked')
    log(await got, called)
    await closed(server)
  })
})
