import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalProtocolError } from '../../dist/errors/index.js'
import { PingLog } from '../../dist/core/ping-log.js'
import { bytes, pattern } from './wire.ts'

const local = (code: string) => (error: unknown) =>
  error instanceof LocalProtocolError && error.code === code

test('numbers pings that have no payload of their own', () => {
  const log = new PingLog()
  const sent = Array.from({ length: 3 }, () => [...log.sent(0, undefined, undefined)])
  assert.deepEqual(sent, [
    [0, 0, 0, 1],
    [0, 0, 0, 2],
    [0, 0, 0, 3],
  ])
})

test('measures how long the answer took', () => {
  const log = new PingLog()
  assert.equal(log.rtt, undefined)
  assert.equal(log.oldest, undefined)
  const payload = log.sent(100, undefined, undefined)
  assert.equal(log.oldest, 100)
  log.answered(payload, 130)
  assert.equal(log.rtt, 30)
  assert.equal(log.oldest, undefined)
})

test('takes a pong for the answer to all pings before it too', () => {
  const log = new PingLog()
  const rtts: (number | undefined)[] = []
  for (const [i, word] of ['a', 'b', 'c'].entries()) {
    log.sent(10 * i, bytes(word), (rtt) => rtts.push(rtt))
  }
  log.answered(bytes('b'), 50)
  assert.deepEqual(rtts, [50, 40])
  assert.equal(log.rtt, 40)
  assert.equal(log.oldest, 20)
})

test('takes a pong for the answer to the latest of pings with the same payload', () => {
  const log = new PingLog()
  log.sent(0, bytes(''), undefined)
  log.sent(10, bytes(''), undefined)
  log.answered(bytes(''), 15)
  assert.equal(log.rtt, 5)
  assert.equal(log.oldest, undefined)
})

test('ignores a pong that answers nothing', () => {
  const log = new PingLog()
  log.answered(bytes('a'), 5)
  log.sent(0, bytes('ab'), undefined)
  for (const other of ['', 'a', 'abc', 'aa']) log.answered(bytes(other), 5)
  assert.equal(log.rtt, undefined)
  assert.equal(log.oldest, 0)
})

test('keeps a payload as it was when the ping was sent', () => {
  const log = new PingLog()
  const payload = bytes('a')
  const sent = log.sent(0, payload, undefined)
  payload[0] = 0
  assert.deepEqual(sent, bytes('a'))
  log.answered(bytes('a'), 1)
  assert.equal(log.rtt, 1)
})

test('throws at 126 bytes of payload, and notes nothing', () => {
  const log = new PingLog()
  assert.equal(log.sent(0, pattern(125), undefined).length, 125)
  log.answered(pattern(125), 0)
  assert.throws(() => log.sent(0, pattern(126), undefined), local('ERR_PING_PAYLOAD'))
  assert.equal(log.oldest, undefined)
})

test('throws at the 65th ping that nobody has answered', () => {
  const log = new PingLog()
  const payloads = Array.from({ length: 64 }, () => log.sent(0, undefined, undefined))
  assert.throws(() => log.sent(0, undefined, undefined), local('ERR_PINGS_UNANSWERED'))
  log.answered(payloads[0]!, 1)
  log.sent(0, undefined, undefined)
  assert.throws(() => log.sent(0, undefined, undefined), local('ERR_PINGS_UNANSWERED'))
})

test('tells those who still wait that no answer will come', () => {
  const log = new PingLog()
  log.abandon()
  const told: unknown[] = []
  log.sent(0, undefined, (rtt) => told.push(rtt))
  log.sent(0, undefined, undefined)
  log.abandon()
  assert.deepEqual(told, [undefined])
})

test('logs do not share what they wait for', () => {
  const [a, b] = [new PingLog(), new PingLog()]
  a.sent(5, undefined, undefined)
  assert.equal(b.oldest, undefined)
})
