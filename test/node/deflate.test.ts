import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { WebSocket } from 'ws'
import { connect, serve, type ListeningServer, type Message } from '../../dist/node/index.js'
import { acceptance, echoPeer, rawPeer, rejection } from './peers.ts'
import { frame, opcodes, opened, rawClient, served, upgradeHead } from './raw-client.ts'

const json = JSON.stringify(
  Array.from({ length: 9000 }, (_, id) => ({ id, name: `x${id * 7919}` })),
)
/** Small and large ones, of which some are compressed in the thread pool, some at once, some not at all. */
const messages: readonly Message[] = [
  'short',
  'a'.repeat(5000),
  json.slice(0, 400_000),
  new Uint8Array(200_000).fill(7),
  '',
  'end '.repeat(500),
]

type DeflateOption = NonNullable<Parameters<typeof serve>[0]>['deflate']

function options(takeover: boolean): Exclude<DeflateOption, boolean | undefined> {
  const direction = { contextTakeover: takeover }
  return { send: direction, receive: direction, threshold: 16 }
}

async function echo(t: TestContext, deflate: DeflateOption): Promise<ListeningServer> {
  const server = await serve({
    deflate,
    open: (socket) => socket.subscribe('all'),
    message: (socket, message) => socket.send(message),
  })
  t.after(() => server.close({ timeout: 1000 }))
  return server
}

const address = ({ url }: ListeningServer): string => url.replace('http', 'ws')

/** Sends all of them at once to an echo, and takes what comes back. */
async function roundTrip(t: TestContext, url: string, takeover: boolean): Promise<string> {
  const socket = await connect(url, { deflate: options(takeover) })
  t.after(() => socket.terminate())
  for (const message of messages) socket.send(message)
  let index = 0
  for await (const message of socket) {
    assert.deepEqual(message, messages[index++])
    if (index === messages.length) break
  }
  return socket.extensions
}

for (const takeover of [false, true]) {
  describe(takeover ? 'with context takeover' : 'without context takeover', () => {
    test('messages between Tidewire and Tidewire are compressed, in order', async (t) => {
      const url = address(await echo(t, options(takeover)))
      const extensions = await roundTrip(t, url, takeover)
      assert.equal(extensions.includes('no_context_takeover'), !takeover)
    })

    test('a ws server understands what a Tidewire client compresses, and the other way round', async (t) => {
      const url = await echoPeer(t, {
        perMessageDeflate: {
          threshold: 0,
          serverNoContextTakeover: !takeover,
          clientNoContextTakeover: !takeover,
        },
      })
      assert.match(await roundTrip(t, url, takeover), /^permessage-deflate/)
    })

    test('a ws client understands what a Tidewire server compresses, and the other way round', async (t) => {
      const server = await echo(t, options(takeover))
      const client = new WebSocket(address(server), { perMessageDeflate: { threshold: 0 } })
      t.after(() => client.terminate())
      await once(client, 'open')
      assert.match(client.extensions, /^permessage-deflate/)
      const got: Message[] = []
      const all = new Promise<void>((resolve) => {
        client.on('message', (data: Buffer, binary: boolean) => {
          got.push(binary ? new Uint8Array(data) : data.toString())
          if (got.length === messages.length) resolve()
        })
      })
      for (const message of messages) client.send(message)
      await all
      assert.deepEqual(got, messages)
    })
  })
}

/** A compressed text frame of a client: RSV1 is the bit 0x40. */
function compressedFrame(payload: Uint8Array): Buffer {
  const bytes = frame(opcodes.text, payload)
  bytes[0]! |= 0x40
  return bytes
}

const offer = { 'Sec-WebSocket-Extensions': 'permessage-deflate' }

describe('with deflate', () => {
  test('a published message is compressed once, and the same bytes go to all', async (t) => {
    const server = await echo(t, true)
    const clients = [await opened(t, server, offer), await opened(t, server, offer)]
    const plain = await opened(t, server)
    assert.equal(server.publish('all', 'news '.repeat(1000)).sent, 3)
    const [first, second] = [await clients[0]!.frame(), await clients[1]!.frame()]
    assert.ok(first.payload.length < 200)
    assert.deepEqual(first.payload, second.payload)
    assert.equal(await plain.text(), 'news '.repeat(1000))
  })

  test('a burst of large messages is compressed one by one, in order, and closed behind', async (t) => {
    const burst = Array.from({ length: 12 }, (_, i) => `${i}${json.slice(0, 150_000)}`)
    const limits = { buffered: 4 << 20 }
    const server = await served(t, {
      deflate: true,
      limits,
      message(socket, message) {
        const [first, ...others] = burst.map((one) => socket.send(one))
        assert.equal(first, 'sent')
        assert.ok(others.every((result) => result === 'buffered'))
        if (message === 'close') void socket.close(1000)
      },
    })
    for (const word of ['stay', 'close']) {
      const client = await opened(t, server, offer)
      client.write(frame(opcodes.text, word))
      let compressed = 0
      for (const expected of burst) {
        const { payload } = await client.frame()
        const small = payload.length < 100_000
        const whole = small
          ? inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH })
          : payload
        assert.equal(whole.toString(), expected)
        if (small) compressed++
      }
      // What would have to be waited for goes as it is when the program closes.
      assert.equal(compressed, word === 'close' ? 1 : burst.length)
      if (word === 'close') assert.equal((await client.frame()).opcode, opcodes.close)
    }
  })

  test('a bomb is stopped at the message limit, and its connection closed with 1009', async (t) => {
    const server = await echo(t, true)
    const client = await opened(t, server, offer)
    client.write(compressedFrame(deflateRawSync(Buffer.alloc(32 << 20))))
    const { opcode, payload } = await client.frame()
    assert.equal(opcode, opcodes.close)
    assert.equal(payload.readUInt16BE(), 1009)
  })

  test('what cannot be inflated closes its own connection with 1007, and no other', async (t) => {
    const server = await echo(t, true)
    const [client, other] = [await opened(t, server, offer), await opened(t, server, offer)]
    client.write(compressedFrame(Uint8Array.of(0xff, 0xff, 0xff)))
    assert.equal((await client.frame()).payload.readUInt16BE(), 1007)
    other.write(frame(opcodes.text, 'still here'))
    assert.equal(await other.text(), 'still here')
  })

  const narrow = { receive: { contextTakeover: true, windowBits: 10 } }

  test('a client whose offer is declined for its window has another, which ws takes', async (t) => {
    for (const [serverMaxWindowBits, expected] of [
      // ws declines an offer of less than it insists on.
      [12, /; server_no_context_takeover; .*server_max_window_bits=12/],
      [9, /; server_max_window_bits=9$/],
    ] as const) {
      const url = await echoPeer(t, { perMessageDeflate: { threshold: 0, serverMaxWindowBits } })
      const socket = await connect(url, { deflate: { ...narrow, threshold: 0 } })
      t.after(() => socket.terminate())
      assert.match(socket.extensions, expected)
      for (const message of [json.slice(0, 5000), json.slice(1000, 60_000)]) {
        socket.send(message)
        for await (const echoed of socket) {
          assert.equal(echoed, message)
          break
        }
      }
    }
  })

  test('a client takes an answer to either of its offers, and no other', async (t) => {
    for (const [answer, legal] of [
      ['server_max_window_bits=10', true],
      ['server_no_context_takeover; server_max_window_bits=14', true],
      ['server_no_context_takeover', true],
      ['server_max_window_bits=11', false],
      ['client_max_window_bits=9', false],
    ] as const) {
      const url = await rawPeer(t, (socket, request) => {
        assert.match(request, /: permessage-deflate; .*, permessage-deflate; .*\r\n/)
        const extensions = `Sec-WebSocket-Extensions: permessage-deflate; ${answer}`
        socket.write(acceptance(request, extensions))
      })
      const connected = connect(url, { deflate: narrow })
      if (legal) {
        const socket = await connected
        assert.equal(socket.extensions, `permessage-deflate; ${answer}`)
        socket.terminate()
      } else {
        assert.equal(
          ((await rejection(connected)) as { code?: string }).code,
          'ERR_HANDSHAKE_EXTENSION',
        )
      }
    }
  })

  test('a server takes the first offer that it can, and refuses a malformed field with 400', async (t) => {
    const server = await echo(t, true)
    const both = 'server_no_context_takeover; client_no_context_takeover'
    for (const [offers, answer] of [
      ['permessage-deflate; x=1, permessage-deflate', both],
      ['permessage-deflate; server_max_window_bits=7, permessage-deflate', both],
      [
        'permessage-deflate; client_max_window_bits; client_max_window_bits, permessage-deflate',
        both,
      ],
      [
        'permessage-deflate; server_max_window_bits=9, permessage-deflate',
        `${both}; server_max_window_bits=9`,
      ],
      ['x-webkit-deflate-frame, permessage-deflate', both],
      ['permessage-deflate; server_max_window_bits=16', undefined],
      ['permessage-deflate; =, permessage-deflate', 400],
      ['permessage-deflate; server_max_window_bits="10', 400],
    ] as const) {
      const client = rawClient(t, server)
      client.write(upgradeHead({ 'Sec-WebSocket-Extensions': offers }))
      const head = await client.head()
      assert.match(head, answer === 400 ? /^HTTP\/1.1 400 / : /^HTTP\/1.1 101 /, offers)
      const answered = /^sec-websocket-extensions: permessage-deflate; (.*)$/im.exec(head)?.[1]
      assert.equal(answered, answer === 400 ? undefined : answer, offers)
    }
  })

  test('a server that answers parameters which were not offered is refused', async (t) => {
    const url = await rawPeer(t, (socket, request) => {
      const answer = 'permessage-deflate; server_max_window_bits=7'
      socket.write(acceptance(request, `Sec-WebSocket-Extensions: ${answer}`))
    })
    const error = await rejection(connect(url, { deflate: true }))
    assert.equal((error as { code?: string }).code, 'ERR_HANDSHAKE_EXTENSION')
  })
})
