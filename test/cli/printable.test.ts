import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromHex, hexLine, printable } from '../../dist/cli/printable.js'

test('printable writes out every control character but tab and line feed', () => {
  for (let unit = 0; unit < 0x300; unit++) {
    const text = String.fromCharCode(unit)
    const control = (unit < 0x20 && text !== '\t' && text !== '\n') || (unit >= 0x7f && unit < 0xa0)
    const written = `\\x${unit.toString(16).padStart(2, '0')}`
    assert.equal(printable(text), control ? written : text)
  }
  assert.equal(printable('a\u001b[1mb 🌊'), 'a\\x1b[1mb 🌊')
})

test('hexLine says how many bytes there are, and shows the first 16', () => {
  assert.equal(hexLine(Uint8Array.of()), '0 bytes')
  assert.equal(hexLine(Uint8Array.of(0x41)), '1 byte  41  |A|')
  assert.equal(hexLine(Uint8Array.of(0, 0x7e, 0x7f, 0xff)), '4 bytes  00 7e 7f ff  |.~..|')
  const shown = '20 '.repeat(16).trimEnd()
  const text = `|${' '.repeat(16)}|`
  assert.equal(hexLine(new Uint8Array(16).fill(0x20)), `16 bytes  ${shown}  ${text}`)
  assert.equal(hexLine(new Uint8Array(17).fill(0x20)), `17 bytes  ${shown} …  ${text}`)
})

test('fromHex reads pairs of digits, with or without spaces', () => {
  for (const [text, bytes] of [
    ['', []],
    ['0a', [10]],
    ['0A ff', [10, 255]],
    ['  00\t01 0203 ', [0, 1, 2, 3]],
    ['0 a', [10]],
  ] as const) {
    assert.deepEqual(fromHex(text), Uint8Array.from(bytes))
  }
  for (const text of ['0', '0x0a', 'gg', 'a b c', '-1']) assert.equal(fromHex(text), undefined)
})
