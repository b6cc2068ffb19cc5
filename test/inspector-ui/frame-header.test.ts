import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  frameHeader,
  type FrameFacts,
  headerBytes,
  headerLength,
} from '../../inspector-ui/src/pure/frame-header.ts'

const text: FrameFacts = { fin: true, rsv: 0, opcode: 1, maskKey: undefined, length: 5 }

/** The examples of RFC 6455 §5.7, by the bytes of their headers. */
const examples: ReadonlyArray<readonly [string, FrameFacts, readonly number[]]> = [
  ['a text message that is not masked', text, [0x81, 0x05]],
  ['one that is', { ...text, maskKey: 0x37fa213d }, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d]],
  ['a first fragment', { ...text, fin: false, length: 3 }, [0x01, 0x03]],
  ['its last', { ...text, opcode: 0, length: 2 }, [0x80, 0x02]],
  ['a ping', { ...text, opcode: 9 }, [0x89, 0x05]],
  ['256 bytes', { ...text, opcode: 2, length: 256 }, [0x82, 0x7e, 0x01, 0x00]],
  ['64 KiB', { ...text, opcode: 2, length: 65536 }, [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]],
  ['a compressed one', { ...text, rsv: 4 }, [0xc1, 0x05]],
]

for (const [name, frame, bytes] of examples) {
  test(`the header of ${name} is that of the standard`, () => {
    assert.deepEqual([...headerBytes(frame)], bytes)
    assert.equal(headerLength(frame), bytes.length)
  })
}

test('each field has its name and its bits', () => {
  const fields = frameHeader({ fin: true, rsv: 4, opcode: 2, maskKey: 1, length: 300 })
  assert.deepEqual(
    fields.map(({ name, bits }) => [name, bits]),
    [
      ['FIN', '1'],
      ['RSV1', '1'],
      ['RSV2', '0'],
      ['RSV3', '0'],
      ['opcode', '0010'],
      ['MASK', '1'],
      ['payload len', '1111110'],
      ['extended payload length', '0000000100101100'],
      ['masking key', `${'0'.repeat(31)}1`],
    ],
  )
  assert.match(fields[1]?.meaning ?? '', /compressed/)
  assert.match(fields[6]?.meaning ?? '', /126: the length is in the next 16 bits/)
})
