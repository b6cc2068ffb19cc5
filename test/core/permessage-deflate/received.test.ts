import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { constants, deflateRawSync, type ZlibOptions } from 'node:zlib'
import * as fc from 'fast-check'
import type { Message } from '../../../dist/core/index.js'
import { roles, Solo, text } from '../solo.ts'
import { bytes, splits, type WireFrame } from '../wire.ts'
import { deflateSolo, takeover } from './agreement.ts'
import { noise, prose, until } from './payloads.ts'

/** Bytes written as hexadecimal. */
const hex = (digits: string): Uint8Array =>
  new Uint8Array(Buffer.from(digits.replaceAll(' ', ''), 'hex'))

function flushed(payload: Uint8Array | string, options: ZlibOptions = {}): Uint8Array {
  const result = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH, ...options })
  return new Uint8Array(result.subarray(0, -4))
}

const final = (payload: Uint8Array | string): Uint8Array => new Uint8Array(deflateRawSync(payload))
const compressed = (payload: Uint8Array, opcode = 1): WireFrame => ({ opcode, rsv: 4, payload })

describe('a compressed message is read', () => {
  const rows: [what: string, payloads: Uint8Array[], messages: string[]][] = [
    ['of one block (RFC 7692 §7.2.3.1)', [hex('f248 cdc9 c907 00')], ['Hello']],
    [
      'that refers to the last one (§7.2.3.2)',
      [hex('f248 cdc9 c907 00'), hex('f200 1100 00')],
      ['Hello', 'Hello'],
    ],
    ['of a stored block (§7.2.3.3)', [hex('0005 00fa ff48 656c 6c6f 00')], ['Hello']],
    ['of a final block (§7.2.3.4)', [hex('f348 cdc9 c907 0000')], ['Hello']],
    ['of a final block without the byte behind it', [hex('f348 cdc9 c907 00')], ['Hello']],
    ['of two blocks (§7.2.3.5)', [hex('f248 0500 0000 ffff cac9 c907 00')], ['Hello']],
    ['that is empty (§7.2.3.6)', [hex('00')], ['']],
    ['that is empty, in a fixed block', [hex('02 00')], ['']],
    ['that is empty, in a final block', [hex('03 00')], ['']],
    ['that is empty, in a final block, with the byte behind it', [hex('03 00 00')], ['']],
    ['with a final block in its middle', [bytes(final('Hel'), flushed('lo'))], ['Hello']],
    [
      'with a final block that holds nothing first',
      [bytes(hex('0300'), flushed('Hello'))],
      ['Hello'],
    ],
    [
      'with final blocks only, and stored blocks between',
      [bytes(final('H'), final('el'), hex('0001 00fe ff6c'), hex('0101 00fe ff6f'))],
      ['Hello'],
    ],
    ['after an empty flush', [bytes(hex('000000ffff'), flushed('Hello'))], ['Hello']],
    [
      'behind a final block, by what refers beyond it',
      [hex('f248 cdc9 c907 00'), bytes(hex('0300'), hex('f200 1100 00'))],
      ['Hello', 'Hello'],
    ],
    [
      'behind a final block with content, by what refers beyond it',
      // A stored final block of "x", and then "Hello" from 6 bytes back.
      [
        hex('f248 cdc9 c907 00'),
        bytes(hex('0101 00fe ff78'), flushed('Hello', { dictionary: bytes('Hellox') })),
      ],
      ['Hello', 'xHello'],
    ],
    [
      'after one whose streams were several',
      [bytes(final('Hello'), flushed('')), hex('f200 1100 00')],
      ['Hello', 'Hello'],
    ],
  ]
  for (const [what, payloads, messages] of rows) {
    test(what, () => {
      for (const role of roles) {
        const frames = payloads.map((payload) => compressed(payload))
        const all = new Solo(role).peerBytes(...frames)
        for (const chunks of [[all.slice()], ...splits(all)]) {
          const peer = deflateSolo(role, { agreed: { receive: takeover } })
          for (const chunk of chunks) peer.connection.receive(chunk)
          assert.deepEqual(peer.messages, messages)
          assert.equal(peer.connection.state, 'open')
        }
      }
    })
  }

  test('beside others that are not', () => {
    const peer = deflateSolo('server', { agreed: { receive: takeover } })
    const hello = hex('f248 cdc9 c907 00')
    peer.receive(
      compressed(hello),
      text('plain'),
      compressed(hex('f200 1100 00'), 2),
      text('plain'),
    )
    assert.deepEqual(peer.messages, ['Hello', 'plain', bytes('Hello'), 'plain'])
  })
})

type FaultRow = [what: string, frames: WireFrame[], closeCode: number, code: string]
const hello = hex('f248 cdc9 c907 00')
const faults: FaultRow[] = [
  ['a reserved block type', [compressed(hex('06'))], 1007, 'ERR_DEFLATE_DATA'],
  [
    'a wrong stored length',
    [compressed(hex('0005 00fa fe48 656c 6c6f 00'))],
    1007,
    'ERR_DEFLATE_DATA',
  ],
  ['what refers to nothing', [compressed(hex('f200 1100 00'))], 1007, 'ERR_DEFLATE_DATA'],
  [
    'what refers to a message that was not compressed',
    [text('Hello'), compressed(hex('f200 1100 00'))],
    1007,
    'ERR_DEFLATE_DATA',
  ],
  ['nothing at all', [compressed(bytes(''))], 1007, 'ERR_DEFLATE_DATA'],
  [
    'a payload that still has its tail, cut',
    [compressed(bytes(hello, [0, 0xff]))],
    1007,
    'ERR_DEFLATE_DATA',
  ],
  [
    'the first half',
    [compressed(flushed('Hello '.repeat(50)).slice(0, 6))],
    1007,
    'ERR_DEFLATE_DATA',
  ],
  [
    'a stored block of which bytes are missing',
    [compressed(hex('000a 00f5 ff48 656c 6c6f'))],
    1007,
    'ERR_DEFLATE_DATA',
  ],
  [
    'garbage behind a final block',
    [compressed(bytes(final('Hello'), 'garbage'))],
    1007,
    'ERR_DEFLATE_DATA',
  ],
  [
    'text that is not UTF-8',
    [compressed(flushed(Uint8Array.of(0x61, 0xff)))],
    1007,
    'ERR_INVALID_UTF8',
  ],
  [
    'text that ends in a character',
    [compressed(flushed(Uint8Array.of(0x61, 0xe2)))],
    1007,
    'ERR_INVALID_UTF8',
  ],
  ['text over the limit', [compressed(flushed('a'.repeat(101)))], 1009, 'ERR_LIMIT_MESSAGE'],
  [
    'more than fits of text that is not UTF-8',
    [compressed(flushed(new Uint8Array(101).fill(0xff)))],
    1009,
    'ERR_LIMIT_MESSAGE',
  ],
  [
    'a message over the limit in several streams',
    [compressed(bytes(final('a'.repeat(100)), flushed('a')))],
    1009,
    'ERR_LIMIT_MESSAGE',
  ],
  [
    'RSV1 on a continuation',
    [
      { ...text('a', false), rsv: 4 },
      { opcode: 0, rsv: 4 },
    ],
    1002,
    'ERR_FRAME_RSV',
  ],
  [
    'RSV1 on the continuation of a plain message',
    [text('a', false), { opcode: 0, rsv: 4 }],
    1002,
    'ERR_FRAME_RSV',
  ],
  ['RSV1 on a ping', [{ opcode: 9, rsv: 4 }], 1002, 'ERR_FRAME_RSV'],
  ['RSV1 on a pong', [{ opcode: 10, rsv: 4 }], 1002, 'ERR_FRAME_RSV'],
  ['RSV1 on a close frame', [{ opcode: 8, rsv: 4 }], 1002, 'ERR_FRAME_RSV'],
  ['RSV2', [{ ...compressed(hello), rsv: 6 }], 1002, 'ERR_FRAME_RSV'],
  ['RSV3', [{ ...compressed(hello), rsv: 5 }], 1002, 'ERR_FRAME_RSV'],
]

for (const [what, frames, closeCode, code] of faults) {
  test(`refuses ${what} with ${closeCode}`, () => {
    for (const role of roles) {
      const all = new Solo(role).peerBytes(...frames, text('after'))
      for (const chunks of [[all.slice()], ...splits(all)]) {
        const peer = deflateSolo(role, { agreed: { receive: takeover }, limit: 100 })
        for (const chunk of chunks) peer.connection.receive(chunk)
        assert.equal(peer.messages.includes('after'), false)
        const answer = peer.sent().at(-1)!
        assert.deepEqual([answer.opcode, ...answer.payload.subarray(0, 2)], [8, 3, closeCode & 255])
        assert.equal(peer.error()?.code, code)
        assert.deepEqual([peer.outcome!.code, peer.outcomes.length], [closeCode, 1])
      }
    }
  })
}

test('refuses RSV1 with 1002 where no extension was negotiated', () => {
  for (const role of roles) {
    const peer = new Solo(role)
    peer.receive(compressed(hello))
    assert.equal(peer.error()?.code, 'ERR_FRAME_RSV')
    assert.equal(peer.outcome!.code, 1002)
  }
})

test('a bad stream fails its own connection and no other', () => {
  const [good, bad] = [deflateSolo('server'), deflateSolo('server')]
  good.receive(compressed(hello))
  bad.receive(compressed(hex('06')))
  good.receive(compressed(hello))
  assert.deepEqual(good.messages, ['Hello', 'Hello'])
  assert.equal(bad.error()?.code, 'ERR_DEFLATE_DATA')
})

test('a window smaller than the other side uses is refused at the border between messages', () => {
  // 250 bytes are the farthest that zlib refers with 9 bits, which stand for 8.
  const first = noise(300)
  for (const [back, fits] of [
    [100, true],
    [256, true],
    [257, false],
  ] as const) {
    const peer = deflateSolo('server', { agreed: { receive: { takeover: true, windowBits: 8 } } })
    const second = first.subarray(first.length - back, first.length - back + 40)
    peer.receive(compressed(flushed(first), 2))
    peer.receive(compressed(flushed(second, { dictionary: first }), 2))
    assert.deepEqual(peer.messages[1], fits ? second : undefined)
    assert.equal(peer.error()?.code, fits ? undefined : 'ERR_DEFLATE_DATA')
  }
})

test('the limit is of the message, which may be larger on the wire', async () => {
  for (const limit of [1, 5, 100, 70_000]) {
    for (const options of [{ level: 0 }, { memLevel: 1 }, {}, { strategy: constants.Z_FIXED }]) {
      for (const role of roles) {
        const peer = deflateSolo(role, { limit })
        const message: Message = noise(limit)
        const payload = flushed(message, options)
        assert.ok(payload.length > limit)
        peer.receive(
          { ...compressed(payload.subarray(0, limit), 2), fin: false },
          { opcode: 0, payload: payload.subarray(limit) },
        )
        await until(() => !peer.connection.decoding)
        assert.deepEqual(peer.messages, [message])
        peer.receive(compressed(flushed(noise(limit + 1), options), 2))
        await until(() => !peer.connection.decoding)
        assert.equal(peer.error()?.code, 'ERR_LIMIT_MESSAGE')
      }
    }
  }
})

test('a message that is too large on the wire is refused by its header', () => {
  for (const announced of [100 + 12 + 1 + 1024 + 1, 2 ** 40]) {
    const peer = deflateSolo('server', { limit: 100 })
    peer.receive({ opcode: 2, rsv: 4, announced })
    assert.equal(peer.error()?.code, 'ERR_LIMIT_MESSAGE')
  }
})

test('no payload makes a connection throw, or deliver and fail at once', () => {
  const valid = [prose(300), prose(40, 2), '', 'a'.repeat(500)].map((any) => flushed(any))
  const changed = fc
    .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
    .map(([payload, changes]) => {
      const copy = payload.slice()
      for (const [at, byte] of changes) copy[at % copy.length] = byte
      return copy
    })
  const payload = fc.oneof(fc.uint8Array({ maxLength: 60 }), changed)
  fc.assert(
    fc.property(fc.array(payload, { minLength: 1, maxLength: 4 }), fc.boolean(), (all, kept) => {
      const receive = { takeover: kept, windowBits: 15 }
      const peer = deflateSolo('server', { agreed: { receive }, limit: 2000 })
      for (const each of all) peer.receive(compressed(each, 2))
      const { state } = peer.connection
      assert.ok(state === 'open' || state === 'ending')
      assert.equal(peer.messages.length < all.length, state === 'ending')
      const code = peer.error()?.code
      if (state === 'ending') assert.match(code!, /^ERR_(DEFLATE_DATA|LIMIT_MESSAGE)$/)
    }),
    { numRuns: 1000 },
  )
})
