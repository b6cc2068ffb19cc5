import { once } from 'node:events'
import { suite } from 'node:test'
import {
  closed,
  gone,
  handshake,
  listening,
  type Log,
  pair,
  rawClient,
  readAll,
  same,
} from './both.ts'
import type { WebSocket } from 'ws'

/** Logs all that a WebSocket tells. */
function listen(websocket: WebSocket, name: string, log: Log): void {
  for (const event of ['message', 'ping', 'pong', 'error', 'close']) {
    websocket.on(event, (...args: unknown[]) => log(name, event, ...args, websocket.readyState))
  }
}

suite('what both sides are told is what ws tells', () => {
  same('text and bytes in both directions, pings, and a close with a reason', async (api, log) => {
    const { server, client, peer } = await pair(api)
    listen(client, 'client', log)
    peer.on('message', (data, isBinary) => peer.send(data, { binary: isBinary }))
    client.send('höhe')
    client.send(Buffer.from([0, 255, 128]))
    client.send('')
    client.send(7)
    client.send(Buffer.from('text in bytes'), { binary: false })
    client.send('bytes in text', { binary: true })
    client.send(new Uint16Array([1, 2]))
    const last = new Promise<void>((resolve) =>
      client.on('message', (data: Buffer) => data.toString() === 'last' && resolve()),
    )
    client.send('last')
    await last
    client.ping('are you there')
    await once(client, 'pong')
    peer.close(4001, 'enough')
    await gone(client)
    log(client.extensions, client.protocol, client.bufferedAmount, client.isPaused)
    await closed(server)
  })

  same('callbacks of what is sent, and of what comes too late', async (api, log) => {
    const { server, client } = await pair(api)
    const told = (...args: [unknown]): void => log('first', args[0] ?? 'no error')
    await new Promise<void>((resolve) =>
      client.send('a', (error) => {
        told(error)
        resolve()
      }),
    )
    client.close()
    client.send('late', (error) => log('late', error, client.bufferedAmount))
    client.ping('late', undefined, (error) => log('late ping', error))
    await gone(client)
    await new Promise<void>((resolve) =>
      client.send('too late', (error) => {
        log('too late', error, client.bufferedAmount)
        resolve()
      }),
    )
    await closed(server)
  })

  same('what cannot be sent', async (api, log) => {
    const { server, client } = await pair(api)
    const attempts: (() => void)[] = [
      () => client.ping('x'.repeat(126)),
      () => client.pong('x'.repeat(126)),
      () => client.close(1005),
      () => client.close(999),
      () => client.close(1000, 'x'.repeat(124)),
      () => client.close('1000' as never),
      () => client.close(1000, [1] as never),
      () => client.send({} as never),
      () => client.send(Symbol('no') as never),
    ]
    for (const attempt of attempts) {
      try {
        attempt()
        log('sent')
      } catch (error) {
        log(error)
      }
    }
    log(client.readyState)
    await closed(server)
  })

  same('the end of the transport without a close frame', async (api, log) => {
    const { server, client, peer } = await pair(api)
    listen(client, 'client', log)
    peer.terminate()
    await gone(client)
    await closed(server)
  })

  same('the kinds of binary data', async (api, log) => {
    const { server, client, peer } = await pair(api)
    for (const type of ['nodebuffer', 'arraybuffer', 'fragments', 'blob', 'nonsense'] as const) {
      client.binaryType = type as 'fragments'
      peer.send(Buffer.from('one, '), { fin: false })
      peer.send(Buffer.from('two'), { fin: true })
      const [data] = (await once(client, 'message')) as [unknown]
      log(type, client.binaryType, data instanceof Blob ? await data.text() : data)
    }
    await closed(server)
  })

  same('listeners of an EventTarget', async (api, log) => {
    const { server, client, peer } = await pair(api)
    client.onmessage = ({ data, type, target }) => log('onmessage', data, type, target === client)
    client.addEventListener('message', ({ data }) => log('once', data), { once: true })
    client.addEventListener('close', {
      handleEvent: ({ code, reason, wasClean }) => log('close', code, reason, wasClean),
    })
    peer.send('text')
    peer.send(Buffer.from('bytes'))
    peer.close(1000, 'done')
    await gone(client)
    log(typeof client.onmessage, client.onopen, client.onerror, client.onclose)
    await closed(server)
  })
})

/** A frame of a client, masked with zeros. */
function frame(first: number, payload: string | Uint8Array = '', second = 0): Buffer {
  const bytes = Buffer.from(payload)
  return Buffer.concat([Buffer.from([first, 0x80 | second | bytes.length, 0, 0, 0, 0]), bytes])
}

suite('what breaks the protocol is told and answered as ws does it', () => {
  const faults: Record<string, Buffer> = {
    'a reserved bit without an extension': frame(0xc1, 'a'),
    'another reserved bit': frame(0xa1, 'a'),
    'a reserved opcode': frame(0x83, 'a'),
    'another reserved opcode': frame(0x8f),
    'a continuation of nothing': frame(0x80, 'a'),
    'text inside a fragmented message': Buffer.concat([frame(0x01, 'a'), frame(0x81, 'b')]),
    'bytes inside a fragmented message': Buffer.concat([frame(0x01, 'a'), frame(0x82, 'b')]),
    'a fragmented ping': frame(0x09, 'a'),
    'a ping of over 125 bytes': frame(0x89, '', 126),
    'a frame without a mask': Buffer.from([0x81, 0x01, 0x61]),
    'text that is not UTF-8': frame(0x81, Uint8Array.of(0xc3, 0x28)),
    'a close frame of one byte': frame(0x88, 'a'),
    'a close frame with a reserved code': frame(0x88, Uint8Array.of(0x03, 0xed)),
    'a close reason that is not UTF-8': frame(0x88, Uint8Array.of(0x03, 0xe8, 0xff)),
    'a message over the limit': frame(0x82, 'x'.repeat(101)),
    'fragments over the limit': Buffer.concat([
      frame(0x02, 'x'.repeat(60)),
      frame(0x80, 'x'.repeat(60)),
    ]),
    'more fragments than are allowed': Buffer.concat([
      frame(0x02, 'x'),
      ...Array.from({ length: 8 }, () => frame(0x00, 'x')),
    ]),
  }
  for (const [name, bytes] of Object.entries(faults)) {
    same(name, async (api, log) => {
      const server = await listening(api, { maxPayload: 100, maxFragments: 8 })
      const connected = once(server, 'connection')
      const raw = await rawClient(server)
      const answer = readAll(raw)
      const [peer] = (await connected) as [WebSocket]
      listen(peer, 'server', log)
      raw.write(Buffer.concat([frame(0x81, 'before'), bytes, frame(0x81, 'after')]))
      await gone(peer)
      const text = (await answer).toString('latin1')
      log(text.slice(text.indexOf('\r\n\r\n') + 4))
      await closed(server)
    })
  }
})

suite('a request for an upgrade is answered as ws answers it', () => {
  const requests: Record<string, string> = {
    'a good one': handshake,
    'another method': handshake.replace('GET', 'POST'),
    'another protocol': handshake.replace('websocket', 'h2c'),
    'no key': handshake.replace(/Sec-WebSocket-Key.*\r\n/, ''),
    'a key of the wrong length': handshake.replace('dGhl', ''),
    'an unknown version': handshake.replace('Version: 13', 'Version: 7'),
    'version 8': handshake.replace('Version: 13', 'Version: 8'),
    'another path': handshake.replace('GET /', 'GET /other'),
    'a query': handshake.replace('GET /', 'GET /?a=b'),
    'a subprotocol': `${handshake}\r\nSec-WebSocket-Protocol: a, b`,
    'malformed subprotocols': `${handshake}\r\nSec-WebSocket-Protocol: a, a`,
    'malformed extensions': `${handshake}\r\nSec-WebSocket-Extensions: permessage-deflate; =`,
    compression: `${handshake}\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits`,
    'an unknown extension': `${handshake}\r\nSec-WebSocket-Extensions: x-webkit; a=b`,
    'ordinary HTTP': 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close',
  }
  for (const [name, request] of Object.entries(requests)) {
    same(name, async (api, log) => {
      const server = await listening(api, { path: '/', perMessageDeflate: true })
      server.on('connection', (peer) => peer.terminate())
      const answer = await readAll(await rawClient(server, `${request}\r\n\r\n`))
      log(answer.toString('latin1').replace(/^Date.*\r\n/m, ''))
      await closed(server)
    })
  }
})
