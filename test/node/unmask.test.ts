import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isOn } from '../../dist/node/fast-paths.js'
import { readBuffer, unmask } from '../../dist/node/unmask.js'
import { program } from './program.ts'

const key = 0x37fa213d
const keyBytes = [0x37, 0xfa, 0x21, 0x3d]

/** RFC 6455 §5.3, word for word. */
function naive(bytes: Uint8Array, phase: number): Uint8Array {
  return bytes.map((byte, i) => byte ^ keyBytes[(phase + i) % 4]!)
}

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255)
}

/** What `unmask` makes of a pattern that lies in `memory` from `at` on. */
function unmasked(memory: Uint8Array, at: number, length: number, phase: number): Uint8Array {
  memory.subarray(at - 1, at + length + 1).fill(0x5c)
  const bytes = memory.subarray(at, at + length)
  bytes.set(pattern(length))
  unmask(bytes, key, phase)
  assert.deepEqual([memory[at - 1], memory[at + length]], [0x5c, 0x5c])
  return bytes
}

for (const [where, memory] of [
  ['the read buffer', readBuffer],
  ['other memory', new Uint8Array(1024)],
] as const) {
  test(`in ${where} it masks as the naive way does, at every alignment, length and phase`, () => {
    for (let at = 1; at <= 17; at++) {
      for (let length = 0; length <= 100; length++) {
        for (let phase = 0; phase < 4; phase++) {
          const expected = naive(pattern(length), phase)
          assert.deepEqual(unmasked(memory, at, length, phase), expected)
        }
      }
    }
  })
}

test('it masks all that the read buffer holds, however far the payload has come', () => {
  const length = readBuffer.length - 2
  for (const phase of [0, 3, 2 ** 31 - 1, 2 ** 32 + 1]) {
    assert.deepEqual(unmasked(readBuffer, 1, length, phase), naive(pattern(length), phase))
  }
})

test('the read buffer lies in the memory of WebAssembly, unless there is none', async () => {
  const inside = readBuffer.buffer.byteLength > readBuffer.length
  assert.equal(inside, isOn('wasm-unmask'))
  const { href } = new URL('../../dist/node/unmask.js', import.meta.url)
  const source = `import { readBuffer, unmask } from ${JSON.stringify(href)}
    unmask(readBuffer.subarray(0, 100), ${key}, 0)
    console.log(readBuffer.buffer.byteLength, readBuffer[99])`
  assert.equal(await program(source, { flags: ['--jitless', '--no-warnings'] }), '65536 61')
})
