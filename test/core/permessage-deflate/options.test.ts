import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DeflateOptions, resolveDeflate } from '../../../dist/core/index.js'
import { OptionError } from '../../../dist/errors/index.js'

const direction = { contextTakeover: false, windowBits: 15 }
const defaults = {
  send: direction,
  receive: direction,
  level: undefined,
  memoryLevel: undefined,
  threshold: 1024,
  filter: undefined,
}

test('compression is off by default', () => {
  for (const off of [undefined, false] as const) assert.equal(resolveDeflate(off), undefined)
})

test('compression has defaults, and what is given stands', () => {
  for (const on of [true, {}, { send: undefined, level: undefined }] as const) {
    assert.deepEqual(resolveDeflate(on), defaults)
  }
  const filter = (): boolean => false
  const given = {
    send: { contextTakeover: true, windowBits: 8 },
    receive: { windowBits: 9 },
    level: 1,
    memoryLevel: 9,
    threshold: 0,
    filter,
  }
  assert.deepEqual(resolveDeflate(given), {
    ...given,
    receive: { contextTakeover: false, windowBits: 9 },
  })
})

test('an option that is none, or is outside its range, is refused by its name', () => {
  const rows: [options: unknown, name: string][] = [
    [null, 'deflate'],
    ['yes', 'deflate'],
    [1, 'deflate'],
    [{ windowBits: 10 }, 'deflate'],
    [{ __proto__: null, constructor: 1 }, 'deflate'],
    [{ filter: true }, 'deflate.filter'],
    [{ send: null }, 'deflate.send'],
    [{ send: true }, 'deflate.send'],
    [{ receive: 10 }, 'deflate.receive'],
    [{ receive: { takeover: true } }, 'deflate.receive'],
    [{ send: { contextTakeover: 1 } }, 'deflate.send.contextTakeover'],
    [{ receive: { contextTakeover: 'yes' } }, 'deflate.receive.contextTakeover'],
    ...[7, 16, 9.5, '10', NaN].map((bits): [unknown, string] => [
      { send: { windowBits: bits } },
      'deflate.send.windowBits',
    ]),
    ...[0, 10, -1, 1.5].flatMap((level): [unknown, string][] => [
      [{ level }, 'deflate.level'],
      [{ memoryLevel: level }, 'deflate.memoryLevel'],
    ]),
    ...[-1, 2 ** 30 + 1, 0.5].map((threshold): [unknown, string] => [
      { threshold },
      'deflate.threshold',
    ]),
  ]
  for (const [options, name] of rows) {
    assert.throws(
      () => resolveDeflate(options as DeflateOptions),
      (error) => error instanceof OptionError && error.message.includes(name),
      JSON.stringify(options),
    )
  }
})
