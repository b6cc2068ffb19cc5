import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import {
  type Compression,
  type DeflateDirection,
  type DeflateOptions,
  type Message,
  PermessageDeflate,
} from '../../../dist/core/index.js'
import { roles } from '../solo.ts'
import { bytes, pattern, read, wire } from '../wire.ts'
import {
  compression,
  deflatePair,
  deflateSolo,
  settings,
  takeover,
  unlimited,
} from './agreement.ts'
import { noise, prose, StreamingDeflate, StreamingInflate, until } from './payloads.ts'

const direction: fc.Arbitrary<DeflateDirection> = fc.record({
  contextTakeover: fc.boolean(),
  windowBits: fc.integer({ min: 8, max: 15 }),
})
const options: fc.Arbitrary<DeflateOptions> = fc.record({
  send: direction,
  receive: direction,
  level: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  memoryLevel: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  threshold: fc.constantFrom(0, 1, 40, 1024),
})
const anyMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.nat(3000).map((length) => noise(length)),
  fc.tuple(fc.nat(3000), fc.nat(3)).map(([length, seed]) => prose(length, seed)),
  fc.constantFrom('', bytes(''), pattern(16_384), 'é'.repeat(8000), new Uint8Array(16_000)),
)

const step = fc.record({
  side: fc.nat(1),
  message: anyMessage,
  how: fc.constantFrom('send', 'send', 'send', 'encode', 'fragments'),
  ping: fc.boolean(),
  most: fc.integer({ min: 1, max: 5000 }),
})

test('any messages arrive as they were sent, whatever was negotiated and however bytes move', () => {
  fc.assert(
    fc.property(options, options, fc.array(step, { maxLength: 12 }), (client, server, steps) => {
      const pair = deflatePair({ client, server })
      const sent: [Message[], Message[]] = [[], []]
      for (const { side, message, how, ping, most } of steps) {
        const { connection } = pair.sides[side]!
        sent[side]!.push(message)
        if (how === 'send') {
          connection.send(message)
        } else if (how === 'encode') {
          connection.sendEncoded(connection.encode(message))
        } else {
          connection.sendFragment(message, false)
          connection.sendFragment(message.slice(0, 0), true)
        }
        if (ping) connection.ping()
        pair.sides[side]!.deliverTo(pair.sides[1 - side]!, most)
      }
      pair.flow(997)
      assert.deepEqual(pair.server.messages, sent[0])
      assert.deepEqual(pair.client.messages, sent[1])
      for (const { connection } of pair.sides) assert.equal(connection.state, 'open')
    }),
    { numRuns: 200 },
  )
})

for (const contextTakeover of [false, true]) {
  test(`at every window ${contextTakeover ? 'a message refers to those' : 'no message refers to one'} before it`, () => {
    const lines = Array.from({ length: 20 }, (_, i) => `{"room":"harbour","from":"ada","n":${i}}`)
    for (let windowBits = 8; windowBits <= 15; windowBits++) {
      const both = { contextTakeover, windowBits }
      const given = { send: both, receive: both }
      const pair = deflatePair({ client: given, server: given })
      for (const [from, to] of [pair.sides, pair.sides.toReversed()] as const) {
        const sizes = lines.map((line) => {
          from.connection.send(line)
          const frame = from.take()
          to.connection.receive(frame.slice())
          return read(frame)[0]!.payload.length
        })
        assert.deepEqual(to.messages, lines)
        if (contextTakeover) assert.ok(sizes.slice(1).every((size) => size * 3 < sizes[0]!))
        else assert.ok(sizes.slice(1).every((size) => size >= sizes[0]!))
      }
    }
  })
}

test('a message is compressed when it has as many bytes as the threshold, and the filter agrees', () => {
  const seen: Message[] = []
  const filter = (message: Message): boolean => {
    seen.push(message)
    return message !== 'a'.repeat(30)
  }
  const rows: [message: Message, compressed: boolean][] = [
    ['b'.repeat(19), false],
    ['b'.repeat(20), true],
    [new Uint8Array(19), false],
    [new Uint8Array(20), true],
    // 7 characters, 21 bytes.
    ['日'.repeat(7), true],
    ['日'.repeat(6), false],
    ['a'.repeat(30), false],
  ]
  for (const role of roles) {
    seen.length = 0
    const peer = deflateSolo(role, { options: { threshold: 20, filter } })
    for (const [message] of rows) peer.connection.send(message)
    const frames = peer.sent()
    assert.deepEqual(
      frames.map(({ rsv }) => rsv === 4),
      rows.map(([, compressed]) => compressed),
    )
    assert.deepEqual(
      seen,
      rows.map(([message]) => message).filter((message) => bytes(message).length >= 20),
    )
  }
})

test('neither fragments nor control frames are compressed', () => {
  for (const role of roles) {
    const peer = deflateSolo(role)
    peer.connection.sendFragment('a'.repeat(100), false)
    peer.connection.ping(bytes('a'.repeat(100)))
    peer.connection.sendFragment('a'.repeat(100), true)
    peer.connection.close(1000, 'a'.repeat(100))
    assert.deepEqual(
      peer.sent().map(({ opcode, rsv }) => [opcode, rsv]),
      [1, 9, 0, 8].map((opcode) => [opcode, 0]),
    )
  }
})

test('what would grow is sent as it is, and the peer’s window stays right', () => {
  for (const role of roles) {
    const both = { contextTakeover: true }
    const pair = deflatePair({
      client: { send: both, receive: both },
      server: { send: both, receive: both },
    })
    const from = pair[role]
    const to = pair.sides.find((side) => side !== from)!
    const sent: Message[] = []
    const marks: number[] = []
    for (let i = 0; i < 30; i++) {
      const message = i % 3 === 1 ? noise(50 + i, i) : i % 3 === 2 ? '' : prose(300, 1)
      sent.push(message)
      from.connection.send(message)
      const frame = from.take()
      marks.push(read(frame)[0]!.rsv)
      to.connection.receive(frame.slice())
    }
    assert.deepEqual(to.messages, sent)
    assert.deepEqual(
      marks,
      sent.map((_, i) => (i % 3 === 0 ? 4 : 0)),
    )
  }
})

test('the program may change its bytes after it has sent them, and a Buffer of its own as well', () => {
  const both = { contextTakeover: true }
  const pair = deflatePair({
    client: { send: both, receive: both },
    server: { send: both, receive: both },
  })
  for (const from of pair.sides) {
    const to = pair.sides.find((side) => side !== from)!
    const reused = Buffer.alloc(400)
    const expected: Message[] = []
    for (let i = 0; i < 5; i++) {
      reused.write(prose(300, i % 2), 'utf8')
      expected.push(new Uint8Array(reused))
      from.connection.send(reused)
      reused.fill(i)
    }
    pair.flow()
    assert.deepEqual(to.messages, expected)
  }
})

test('a connection remembers no more than its windows', () => {
  const both = { contextTakeover: true, windowBits: 9 }
  const dictionaries: (Uint8Array | undefined)[] = []
  const spying: Compression = {
    deflateNow: (payload, job) => compression.deflateNow(payload, job),
    deflate: (payload, job, done) => {
      dictionaries.push(job.dictionary)
      compression.deflate(payload, job, done)
    },
    inflate: (payload, job, done) => {
      dictionaries.push(job.dictionary)
      compression.inflate(payload, job, done)
    },
  }
  const given = { send: both, receive: both }
  const pair = deflatePair({ client: given, server: given, compression: spying })
  let all = ''
  for (const size of [300, 100, 400, 512, 10, 511, 2000, 2]) {
    const message = 'abcdefghij'.repeat(200).slice(0, size) + '\n'.repeat(20)
    pair.client.connection.send(message)
    pair.flow()
    for (const dictionary of dictionaries.splice(0)) {
      assert.deepEqual(dictionary, all === '' ? undefined : bytes(all.slice(-512)))
    }
    all += message
  }
})

test('the program may change the bytes it has received', () => {
  const both = { contextTakeover: true }
  const pair = deflatePair({ client: { send: both }, server: { receive: both } })
  const message = bytes(prose(300))
  for (let i = 0; i < 3; i++) {
    pair.client.connection.send(message)
    pair.flow()
    const received = pair.server.messages.at(-1) as Uint8Array
    assert.deepEqual(received, message)
    received.fill(0)
  }
})

const series: Message[] = [
  '',
  'a',
  prose(500),
  prose(500),
  bytes(prose(40_000, 2)),
  noise(70_000),
  prose(33_000, 2),
  noise(10),
  '',
  new Uint8Array(100_000),
  prose(300, 3),
  pattern(32_768),
  pattern(32_768),
]

for (const contextTakeover of [false, true]) {
  for (let windowBits = 8; windowBits <= 15; windowBits++) {
    const what = `${windowBits} bits ${contextTakeover ? 'with' : 'without'} context takeover`
    const agreed = { takeover: contextTakeover, windowBits }

    test(`zlib’s stream inflates what is sent, at ${what}`, async () => {
      for (const role of roles) {
        let inflate = new StreamingInflate({ windowBits })
        const peer = deflateSolo(role, { agreed: { send: agreed } })
        for (const message of series.filter(({ length }) => length <= 16_384)) {
          peer.connection.send(message)
          const [frame] = peer.sent()
          if (!contextTakeover) inflate = new StreamingInflate({ windowBits })
          const payload = frame!.rsv === 4 ? await inflate.message(frame!.payload) : frame!.payload
          assert.deepEqual(payload, bytes(message))
        }
      }
    })

    test(`what zlib’s stream deflates is received, at ${what}`, async () => {
      for (const role of roles) {
        let deflate = new StreamingDeflate({ windowBits, memLevel: 1 + (windowBits % 9) })
        const peer = deflateSolo(role, { agreed: { receive: agreed }, limit: 100_000 })
        for (const [i, message] of series.entries()) {
          if (!contextTakeover) deflate = new StreamingDeflate({ windowBits, level: i % 10 })
          const payload = await deflate.message(bytes(message))
          const opcode = typeof message === 'string' ? 1 : 2
          const cut = (i * 97) % (payload.length + 1)
          peer.receive(
            { opcode, rsv: 4, payload: payload.subarray(0, cut), fin: false },
            { opcode: 9, payload: 'between' },
            { opcode: 0, payload: payload.subarray(cut) },
          )
          await until(() => peer.messages.length === i + 1 || peer.connection.state !== 'open')
          assert.deepEqual(peer.messages.at(-1), message)
        }
      }
    })
  }
}

test('large messages keep the streams of both ways right, in the thread pool too', async () => {
  for (const role of roles) {
    const deflate = new StreamingDeflate()
    const inflate = new StreamingInflate()
    const peer = deflateSolo(role, { agreed: { send: takeover, receive: takeover } })
    for (const [i, message] of series.entries()) {
      peer.connection.send(message)
      await until(() => !peer.connection.encoding)
      const [frame] = peer.sent()
      const payload = frame!.rsv === 4 ? await inflate.message(frame!.payload) : frame!.payload
      assert.deepEqual(payload, bytes(message))
      const opcode = typeof message === 'string' ? 1 : 2
      peer.receive({ opcode, rsv: 4, payload: await deflate.message(bytes(message)) })
      await until(() => peer.messages.length === i + 1)
      assert.deepEqual(peer.messages[i], message)
    }
  }
})

test('the tail, and a character, may be cut by fragments anywhere, one byte each at the worst', async () => {
  const payload = await new StreamingDeflate().message(bytes('añ日😀 añ日😀'))
  for (let cut = 0; cut <= payload.length; cut++) {
    const peer = deflateSolo('server')
    peer.receive(
      { opcode: 1, rsv: 4, fin: false, payload: payload.subarray(0, cut) },
      { opcode: 0, payload: payload.subarray(cut) },
    )
    assert.deepEqual(peer.messages, ['añ日😀 añ日😀'])
  }
  const peer = deflateSolo('client', { agreed: { receive: unlimited } })
  const frames = Array.from(payload, (byte, i) =>
    wire({
      opcode: i === 0 ? 1 : 0,
      rsv: i === 0 ? 4 : 0,
      fin: false,
      payload: Uint8Array.of(byte),
    }),
  )
  for (const byte of bytes(...frames, wire({ opcode: 0 }))) {
    peer.connection.receive(Uint8Array.of(byte))
  }
  assert.deepEqual(peer.messages, ['añ日😀 añ日😀'])
})

test('a message after something that was compressed elsewhere refers to nothing before', () => {
  const agreed = { send: takeover, receive: takeover }
  const extension = new PermessageDeflate(agreed, settings({ threshold: 0 }), compression, 1 << 20)
  const sizes: number[] = []
  const send = (): void => extension.encode(bytes('a'.repeat(9), prose(200, 1)), note)
  const note = (payload: Uint8Array): void => void sizes.push(payload.length)
  send()
  send()
  extension.forget()
  send()
  const [first, again, afresh] = sizes
  assert.ok(again! < first!)
  assert.equal(afresh, first)
})
