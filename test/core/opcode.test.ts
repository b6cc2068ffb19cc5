import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isControl, Opcode, opcodeName } from '../../dist/core/index.js'

test('names the six opcodes as the standard does', () => {
  assert.deepEqual(Opcode, { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 })
  for (const [name, opcode] of Object.entries(Opcode)) assert.equal(opcodeName(opcode), name)
})

test('names a reserved opcode by its number', () => {
  assert.equal(opcodeName(3), 'reserved 0x3')
  assert.equal(opcodeName(15), 'reserved 0xf')
})

test('takes opcodes from 8 on for those of control frames', () => {
  for (let opcode = 0; opcode < 16; opcode++) assert.equal(isControl(opcode), opcode >= 8)
})
