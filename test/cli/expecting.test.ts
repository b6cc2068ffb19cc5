import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Expecting, readExpected } from '../../dist/cli/expecting.js'

/** Whether a message is what `given` asks for. */
function meets(given: string, message: string | Uint8Array): boolean {
  const expecting = new Expecting([readExpected(given)], Infinity, () => {})
  expecting.take(message)
  return expecting.missing === undefined
}

suite('what is expected', () => {
  for (const [given, message, met] of [
    ['hello', 'hello', true],
    ['hello', 'hello!', false],
    ['/^hel+o/', 'hello!', true],
    ['/HELLO/i', 'say hello', true],
    ['/x/g', 'axb', true],
    ['/^hello$/', 'hello!', false],
    ['/42/', '42', true],
    ['{"type":"ok"}', '{ "id": 1, "type": "ok" }', true],
    ['{"type":"ok"}', '{"type":"error"}', false],
    ['{"a":{"b":[1,{"c":2}]}}', '{"a":{"b":[1,{"c":2,"d":3}],"e":4}}', true],
    ['{"a":[1]}', '{"a":[1,2]}', false],
    ['{"a":[]}', '{"a":{}}', false],
    ['{"toString":1}', '{}', false],
    ['[1]', 'no json', false],
  ] as const) {
    test(`${given} is ${met ? '' : 'not '}${message}`, () => {
      assert.equal(meets(given, message), met)
    })
  }

  test('is never bytes, but where they are counted', () => {
    assert.equal(meets('hello', Buffer.from('hello')), false)
    assert.equal(meets('1', Buffer.from('hello')), true)
  })

  test('comes one after the other', () => {
    let over = 0
    const given = ['one', '2', '/three/'].map(readExpected)
    const expecting = new Expecting(given, Infinity, () => over++)
    for (const message of ['three', 'other', 'one', 'three', 'two', 'x']) expecting.take(message)
    assert.equal(expecting.missing, 'no message had come that is /three/')
    assert.equal(over, 0)
    expecting.take('three')
    assert.deepEqual([expecting.missing, over], [undefined, 1])
    expecting.take('more')
    assert.equal(over, 1)
  })

  test('that is nothing is never over', () => {
    const expecting = new Expecting([], Infinity, () => assert.fail('over'))
    expecting.take('x')
    assert.equal(expecting.missing, undefined)
  })
})
