import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LocalProtocolError } from '../../dist/errors/index.js'
import { checkTopic, topicFault } from '../../dist/hub/topic-name.js'

describe('a topic name', () => {
  const good = ['a', '__proto__', 'constructor', 'Räume/zwölf', '🌊', ' ', '*', 'x'.repeat(256)]
  for (const name of good) {
    test(`can be ${JSON.stringify(name).slice(0, 20)}`, () => {
      assert.equal(topicFault(name), undefined)
      assert.equal(checkTopic(name), name)
    })
  }

  const bad: [name: unknown, fault: string][] = [
    ['', 'is empty'],
    ['x'.repeat(257), 'has 257 characters, over the limit of 256'],
    ['a\nb', 'has a control character at 1'],
    ['\0', 'has a control character at 0'],
    ['ab\u007f', 'has a control character at 2'],
    ['\u0080', 'has a control character at 0'],
    ['\u009f', 'has a control character at 0'],
    [7, 'is a number, not a string'],
    [undefined, 'is a undefined, not a string'],
  ]
  for (const [name, fault] of bad) {
    test(`cannot be what ${fault}`, () => {
      assert.equal(topicFault(name), fault)
      assert.throws(
        () => checkTopic(name as never),
        (error) =>
          error instanceof LocalProtocolError &&
          error.code === 'ERR_TOPIC_NAME' &&
          error.message === `topic name ${fault}`,
      )
    })
  }

  test('may have what comes behind the control characters', () => {
    assert.equal(topicFault('\u00a0'), undefined)
  })
})
