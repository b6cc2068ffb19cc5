import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Limits, type Message, resolveLimits } from '../../dist/core/index.js'
import { MessageAssembler } from '../../dist/core/message-assembler.js'
import { testPorts } from '../../dist/testing/index.js'
import { close, ping, roles, Solo, text } from './solo.ts'
import { bytes, pattern, splits, type WireFrame } from './wire.ts'

type Payload = string | Uint8Array
const more = (payload: Payload): WireFrame => ({ opcode: 0, fin: false, payload })
const last = (payload: Payload): WireFrame => ({ opcode: 0, payload })
const binary = (payload: Payload, fin = true): WireFrame => ({ opcode: 2, fin, payload })
const decoder = new TextDecoder()

const messages: [what: string, frames: WireFrame[], expected: Message][] = [
  ['an empty text', [text('')], ''],
  ['an empty binary message', [binary('')], bytes('')],
  ['a text beyond ASCII', [text('añ日😀')], 'añ日😀'],
  ['a byte order mark, and keeps it', [text('\ufeffa')], '\ufeffa'],
  ['text in fragments', [text('Hel', false), more('lo '), last('you')], 'Hello you'],
  ['binary in fragments', [binary('a', false), last('bc')], bytes('abc')],
  ['nothing but empty fragments', [text('', false), more(''), last('')], ''],
  ['empty binary fragments', [binary('', false), last('')], bytes('')],
  ['empty fragments around others', [text('', false), more('a'), more(''), last('b')], 'ab'],
  ['an empty last fragment', [text('ab', false), last('')], 'ab'],
  [
    'a character cut by a fragment border',
    [
      { opcode: 1, fin: false, payload: Uint8Array.of(0xf0, 0x9f) },
      more(Uint8Array.of(0x98)),
      last(Uint8Array.of(0x80)),
    ],
    '😀',
  ],
]

for (const [what, frames, expected] of messages) {
  test(`makes a message of ${what}, at every split`, () => {
    for (const role of roles) {
      const chunk = new Solo(role).peerBytes(...frames)
      for (const chunks of [[chunk.slice()], ...splits(chunk)]) {
        const peer = new Solo(role)
        for (const piece of chunks) peer.connection.receive(piece)
        assert.deepEqual(peer.messages, [expected])
        assert.equal(peer.connection.state, 'open')
      }
    }
  })
}

test('lets control frames come between fragments, and each message stands by itself', () => {
  const peer = new Solo('server')
  peer.receive(text('a', false), ping('1'), more('b'), ping('2'), last('c'), text('d'))
  peer.receive(binary('e', false), ping('3'), last(''))
  assert.deepEqual(peer.messages, ['abc', 'd', bytes('e')])
  assert.deepEqual(
    peer.pings.map((payload) => decoder.decode(payload)),
    ['1', '2', '3'],
  )
})

const misplaced: [what: string, frames: WireFrame[], code: string][] = [
  ['a continuation first', [last('a')], 'ERR_CONTINUATION_UNEXPECTED'],
  ['an unfinished continuation first', [more('a')], 'ERR_CONTINUATION_UNEXPECTED'],
  ['a continuation after a message', [text('a'), last('b')], 'ERR_CONTINUATION_UNEXPECTED'],
  ['a text inside a text', [text('a', false), text('b')], 'ERR_CONTINUATION_EXPECTED'],
  ['binary inside a text', [text('', false), binary('b')], 'ERR_CONTINUATION_EXPECTED'],
  [
    'a text after a ping inside',
    [text('', false), ping(''), text('')],
    'ERR_CONTINUATION_EXPECTED',
  ],
]

for (const [what, frames, code] of misplaced) {
  test(`refuses ${what} with 1002 and ${code}`, () => {
    for (const role of roles) {
      const peer = new Solo(role)
      peer.receive(...frames)
      const answer = peer.sent().at(-1)!
      assert.deepEqual([answer.opcode, ...answer.payload.subarray(0, 2)], [8, 3, 0xea])
      assert.equal(peer.error()?.code, code)
      assert.equal(peer.outcome!.code, 1002)
    }
  })
}

type LimitRow = [what: string, limits: Partial<Limits>, frames: WireFrame[], closeCode?: number]
const limited: LimitRow[] = [
  ['a message of exactly the limit', { message: 5 }, [binary(pattern(5))]],
  ['a byte more', { message: 5 }, [binary(pattern(6))], 1009],
  ['exactly the limit in fragments', { message: 5 }, [binary('abc', false), last('de')]],
  ['a byte more in fragments', { message: 5 }, [binary('abc', false), last('def')], 1009],
  ['an empty fragment at the limit', { message: 3 }, [binary('abc', false), more(''), last('')]],
  ['the limit again in the next message', { message: 3 }, [text('abc'), text('abc')]],
  [
    'control frames, which do not count',
    { message: 1 },
    [text('a', false), ping('long'), last('')],
  ],
  ['as many fragments as allowed', { fragments: 3 }, [text('', false), more(''), last('')]],
  ['a fragment more', { fragments: 2 }, [text('a', false), more('b'), last('')], 1008],
  ['an empty fragment more', { fragments: 2 }, [text('', false), more(''), more('')], 1008],
  ['a second frame where one is allowed', { fragments: 1 }, [text('', false), last('')], 1008],
  [
    'as many fragments again',
    { fragments: 2 },
    [text('', false), last(''), text('', false), last('')],
  ],
]

for (const [what, limits, frames, closeCode] of limited) {
  test(`${closeCode ? `refuses with ${closeCode}` : 'takes'} ${what}`, () => {
    const code = closeCode === 1009 ? 'ERR_LIMIT_MESSAGE' : 'ERR_LIMIT_FRAGMENTS'
    for (const role of roles) {
      const peer = new Solo(role, limits)
      peer.receive(...frames)
      assert.equal(peer.connection.state, closeCode ? 'ending' : 'open')
      assert.equal(peer.error()?.code, closeCode && code)
      assert.equal(peer.outcome!.cause.trigger, closeCode ? 'limit' : 'transport')
      assert.equal(peer.outcome!.code, closeCode ?? 1006)
    }
  })
}

test('refuses a message over the limit by its header, before any of its payload is there', () => {
  for (const [announced, earlier] of [
    [11, []],
    [2 ** 62, []],
    [6, [binary('abcde', false)]],
  ] as const) {
    const peer = new Solo('server', { message: 10 })
    peer.receive(...earlier)
    peer.receive({ opcode: earlier.length > 0 ? 0 : 2, announced })
    assert.equal(peer.error()?.code, 'ERR_LIMIT_MESSAGE')
    assert.match(peer.outcome!.reason, /limit of 10 bytes/)
  }
})

const wrongTexts: [what: string, frames: WireFrame[]][] = [
  ['a whole frame', [text('')].map((frame) => ({ ...frame, payload: Uint8Array.of(0x61, 0xff) }))],
  ['the first of several fragments', [{ ...text('', false), payload: Uint8Array.of(0xff) }]],
  ['a later fragment', [text('ok', false), more(Uint8Array.of(0x61, 0xc0))]],
  [
    'a sequence that the next fragment breaks',
    [{ ...text('', false), payload: Uint8Array.of(0xc3) }, more('a')],
  ],
  ['a sequence that the end cuts off', [text('a', false), last(Uint8Array.of(0xe2, 0x82))]],
  ['a whole frame that ends in a sequence', [{ ...text(''), payload: Uint8Array.of(0x61, 0xe2) }]],
  [
    'a surrogate over two fragments',
    [{ ...text('', false), payload: Uint8Array.of(0xed) }, more(Uint8Array.of(0xa0))],
  ],
]

for (const [what, frames] of wrongTexts) {
  test(`refuses with 1007 what is not UTF-8 in ${what}, at every split`, () => {
    const chunk = new Solo('server').peerBytes(...frames)
    for (const chunks of [[chunk.slice()], ...splits(chunk)]) {
      const peer = new Solo('server')
      for (const piece of chunks) peer.connection.receive(piece)
      assert.equal(peer.error()?.code, 'ERR_INVALID_UTF8')
      assert.equal(peer.outcome!.code, 1007)
      assert.deepEqual(peer.messages, [])
    }
  })
}

test('refuses the wrong byte of a text whose frame and message are far from finished', () => {
  const peer = new Solo('client')
  peer.connection.receive(bytes([0x01, 126, 4, 0], 'abc'))
  assert.equal(peer.connection.state, 'open')
  peer.connection.receive(bytes('d', [0xe0]))
  assert.equal(peer.connection.state, 'open')
  peer.connection.receive(Uint8Array.of(0x80))
  assert.equal(peer.connection.state, 'ending')
  assert.equal(peer.error()?.closeCode, 1007)
})

test('takes bytes that are not UTF-8 in a binary message', () => {
  const peer = new Solo('client')
  peer.receive(binary(Uint8Array.of(0xff), false), last(Uint8Array.of(0xc0)), close(1000))
  assert.deepEqual(peer.messages, [Uint8Array.of(0xff, 0xc0)])
})

test('hands a message that lies in one chunk on as a view of it', () => {
  const peer = new Solo('server')
  const chunk = peer.peerBytes(binary(pattern(100)), binary(pattern(5)))
  peer.connection.receive(chunk)
  for (const message of peer.messages) assert.equal((message as Uint8Array).buffer, chunk.buffer)
  assert.deepEqual(peer.messages, [pattern(100), pattern(5)])
})

test('keeps no chunk alive for fragments, and has at most twice their bytes', () => {
  const peer = new Solo('server')
  const chunks = Array.from({ length: 1000 }, (_, i) =>
    peer.peerBytes({ ...(i === 0 ? binary('x', false) : more('x')), fin: i === 999 }),
  )
  for (const chunk of chunks) peer.connection.receive(chunk)
  const message = peer.messages[0] as Uint8Array
  assert.deepEqual(message, new Uint8Array(1000).fill(0x78))
  assert.ok(chunks.every(({ buffer }) => buffer !== message.buffer))
  assert.ok(message.buffer.byteLength <= 2000)
})

test('copies each byte a few times at most, however many fragments it comes in', (context) => {
  const assembler = new MessageAssembler(resolveLimits({ fragments: 100_000 }), testPorts())
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array
  let copied = 0
  const set = context.mock.method(typedArray, 'set')
  const fragment = Uint8Array.of(1)
  for (let i = 0; i < 10_000; i++) {
    const opcode = i === 0 ? 2 : 0
    assembler.start({ fin: i === 9999, rsv: 0, opcode, length: 1, masked: true })
    assembler.payload(fragment, false)
  }
  assert.equal(assembler.end()?.payload.length, 10_000)
  for (const { arguments: args } of set.mock.calls) copied += (args[0] as Uint8Array).length
  assert.ok(copied < 40_000, `${copied} bytes copied`)
})
