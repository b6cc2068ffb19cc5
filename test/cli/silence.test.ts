import assert from 'node:assert/strict'
import { beforeEach, mock, suite, test } from 'node:test'
import { Silence } from '../../dist/cli/silence.js'

suite('silence', () => {
  let count = 0

  beforeEach(() => {
    mock.timers.reset()
    mock.timers.enable({ apis: ['setTimeout'] })
    count = 0
  })

  const silence = (milliseconds: number): Silence => new Silence(milliseconds, () => count++)

  test('does not count before it is armed', () => {
    const unarmed = silence(10)
    unarmed.busy()
    unarmed.rest()
    mock.timers.tick(1000)
    assert.equal(count, 0)
    unarmed.arm()
    mock.timers.tick(9)
    assert.equal(count, 0)
    mock.timers.tick(1)
    assert.equal(count, 1)
  })

  test('begins anew with every sound', () => {
    const broken = silence(10)
    broken.arm()
    for (let i = 0; i < 5; i++) {
      mock.timers.tick(9)
      broken.busy()
      broken.rest()
    }
    assert.equal(count, 0)
    mock.timers.tick(10)
    assert.equal(count, 1)
  })

  test('is not while something goes on, though it was armed meanwhile', () => {
    const busy = silence(10)
    busy.busy()
    busy.arm()
    mock.timers.tick(1000)
    assert.equal(count, 0)
    busy.rest()
    mock.timers.tick(10)
    assert.equal(count, 1)
  })

  test('never comes when it is disarmed, or forever away', () => {
    const disarmed = silence(10)
    disarmed.arm()
    disarmed.disarm()
    silence(Infinity).arm()
    mock.timers.tick(2 ** 31 - 1)
    assert.equal(count, 0)
  })
})
