import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { HeaderFields } from '../../dist/core/index.js'
import { ContentStart } from '../../dist/node/content-start.js'

function read(fields: string[], content: string, status = 404): ContentStart {
  const start = new ContentStart(status, new HeaderFields(fields))
  start.push(Buffer.from(content))
  return start
}

describe('the first KiB of a response’s content', () => {
  test('ends with Content-Length', () => {
    const whole = read(['Content-Length', '4'], 'gonemore')
    assert.deepEqual([whole.whole, whole.text], [true, 'gone'])
    assert.equal(read(['Content-Length', '5'], 'gone').whole, false)
    assert.equal(read(['Content-Length', '0'], '').whole, true)
  })

  test('goes on to the end without one, or with one that is none', () => {
    assert.equal(read([], 'gone').whole, false)
    assert.equal(read(['Content-Length', '4, 5'], 'gone').whole, false)
    const full = read([], 'a'.repeat(2000))
    assert.deepEqual([full.whole, full.text.length], [true, 1024])
  })

  test('is none where the status allows none', () => {
    for (const status of [204, 304]) {
      const none = read([], 'abc', status)
      assert.deepEqual([none.whole, none.text], [true, ''])
    }
  })

  test('is taken out of its chunks, at every split', () => {
    const wire = '4\r\nno s\r\n8;a=b\r\nuch path\r\n0\r\n\r\n'
    for (let at = 0; at <= wire.length; at++) {
      const start = read(['Transfer-Encoding', 'chunked'], wire.slice(0, at))
      assert.equal(start.whole, at >= wire.indexOf('0\r\n') + 3)
      start.push(Buffer.from(wire.slice(at)))
      assert.deepEqual([start.whole, start.text], [true, 'no such path'])
    }
  })

  test('stops at a malformed chunk, and at a great many tiny ones', () => {
    const malformed = read(['Transfer-Encoding', 'chunked'], '2\r\nno\r\nxyz\r\n')
    assert.deepEqual([malformed.whole, malformed.text], [true, 'no'])
    const tiny = read(['Transfer-Encoding', 'chunked'], '1\r\na\r\n'.repeat(1000))
    assert.equal(tiny.whole, true)
    assert.match(tiny.text, /^a+$/)
  })

  test('leaves out a character that it cuts', () => {
    assert.equal(read([], `${'a'.repeat(1023)}ä`).text, 'a'.repeat(1023))
  })
})
