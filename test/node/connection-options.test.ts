import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultHeartbeat, defaultLimits } from '../../dist/core/index.js'
import { OptionError } from '../../dist/errors/index.js'
import {
  checkOptionNames,
  type ConnectionOptions,
  pumpSettings,
} from '../../dist/node/connection-options.js'
import type { PumpEvents } from '../../dist/node/pump-settings.js'

const events: PumpEvents<unknown> = {
  message() {},
  ping() {},
  pong() {},
  drain() {},
  closed() {},
}

function settings(options: object) {
  return pumpSettings('client', options as ConnectionOptions, events)
}

describe('the options of a connection', () => {
  test('have defaults', () => {
    const { connection, slowConsumer } = settings({})
    assert.deepEqual(connection.limits, defaultLimits)
    assert.deepEqual(connection.heartbeat, defaultHeartbeat)
    assert.equal(connection.role, 'client')
    assert.equal(slowConsumer, 'close')
  })

  test('are laid over them', () => {
    const { connection, slowConsumer } = settings({
      limits: { message: 5 },
      heartbeat: { interval: 7 },
      slowConsumer: 'drop-oldest',
    })
    assert.deepEqual(connection.limits, { ...defaultLimits, message: 5 })
    assert.deepEqual(connection.heartbeat, { interval: 7, timeout: defaultHeartbeat.timeout })
    assert.equal(slowConsumer, 'drop-oldest')
    assert.equal(settings({ heartbeat: false }).connection.heartbeat, undefined)
  })

  test('share a timer with those that need one as fine', () => {
    assert.equal(settings({}).deadlines, settings({}).deadlines)
    const fine = settings({ heartbeat: { interval: 1 } }).deadlines
    assert.notEqual(fine, settings({}).deadlines)
    assert.equal(fine, settings({ limits: { closeTimeout: 1 } }).deadlines)
  })

  const wrong: [option: string, options: object][] = [
    ['heartbeat', { heartbeat: true }],
    ['heartbeat', { heartbeat: null }],
    ['heartbeat', { heartbeat: 20_000 }],
    ['name', { heartbeat: { intervall: 1 } }],
    ['heartbeat.interval', { heartbeat: { interval: 0 } }],
    ['heartbeat.interval', { heartbeat: { interval: 1.5 } }],
    ['heartbeat.timeout', { heartbeat: { timeout: 2 ** 31 } }],
    ['heartbeat.timeout', { heartbeat: { timeout: '5' } }],
    ['limits.message', { limits: { message: 0 } }],
    ['limits.mesage', { limits: { mesage: 1 } }],
    ['slowConsumer', { slowConsumer: 'drop' }],
    ['slowConsumer', { slowConsumer: null }],
  ]
  for (const [option, options] of wrong) {
    test(`${JSON.stringify(options)} is refused`, () => {
      assert.throws(
        () => settings(options),
        (error) => error instanceof OptionError && error.option === option,
      )
    })
  }

  test('are known by name, and a wrong one does not show its value', () => {
    checkOptionNames({ a: 1 }, ['a', 'b'])
    assert.throws(
      () => checkOptionNames({ a: 1, auth: 'hunter2' }, ['a', 'b']),
      (error) =>
        error instanceof OptionError &&
        error.value === 'auth' &&
        error.message === 'option name: got "auth", expected one of a, b',
    )
  })
})
