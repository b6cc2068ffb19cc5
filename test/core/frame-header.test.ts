import assert from 'node:assert/strict'
import { test } from 'node:test'
import { headerSize, Opcode, writeHeader } from '../../dist/core/index.js'
import { wire } from './wire.ts'

const lengths = [0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]
const key = 0x37fa213d
const mask = [0x37, 0xfa, 0x21, 0x3d]

for (const masked of [false, true]) {
  test(`writes ${masked ? 'masked' : 'unmasked'} headers with the length in its shortest form`, () => {
    for (const opcode of Object.values(Opcode)) {
      for (const length of lengths) {
        for (const fin of [true, false]) {
          const target = new Uint8Array(20)
          const rsv = length % 8
          const end = writeHeader(target, 3, opcode, fin, rsv, length, masked ? key : undefined)
          const drawn = wire({
            opcode,
            fin,
            rsv,
            announced: length,
            mask: masked ? mask : undefined,
          })
          assert.deepEqual(target.subarray(3, end), drawn)
          assert.equal(headerSize(length, masked), drawn.length)
          assert.ok([...target.subarray(0, 3), ...target.subarray(end)].every((byte) => byte === 0))
        }
      }
    }
  })
}
