import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { readFeedRequest } from '../../../dist/inspect/feed/feed-requests.js'

const search = { ask: 'search', text: 'a+', regex: true, matchCase: false }
const command = { connection: 3, to: 'client' }

suite('a request of the page', () => {
  const requests = [
    { ask: 'detail', number: 9 },
    search,
    {
      ...search,
      connections: [1, 2],
      direction: 'receive',
      opcodes: [1, 9],
      shortest: 0,
      longest: 100,
    },
    { ask: 'cancel', search: 4 },
    { ask: 'clear' },
    { ask: 'record', on: false },
    { ask: 'send', ...command, opcode: 'text', data: 'hello' },
    { ask: 'fault', ...command, fault: { kind: 'none' } },
    { ask: 'fault', ...command, fault: { kind: 'delay', milliseconds: 200 } },
    { ask: 'fault', ...command, fault: { kind: 'drop', frames: 2 } },
    { ask: 'fault', ...command, fault: { kind: 'half-open' } },
    { ask: 'close', ...command, code: 1001, reason: 'away' },
    { ask: 'close', ...command, reason: '' },
  ]
  for (const request of requests) {
    test(`is read: ${JSON.stringify(request)}`, () => {
      const whole = { id: 1, ...request }
      assert.deepEqual(readFeedRequest(JSON.stringify(whole)), whole)
    })
  }
})

suite('a request that cannot be answered is explained', () => {
  const faults: readonly (readonly [request: unknown, about: RegExp])[] = [
    [null, /object/],
    [{ ask: 'clear' }, /id/],
    [{ id: -1, ask: 'clear' }, /id/],
    [{ id: 1, ask: 'toString' }, /there is no request "toString"/],
    [{ id: 1, ask: 'detail', number: 1.5 }, /^number/],
    [{ id: 1, ...search, text: 'x'.repeat(10_001) }, /^text/],
    [{ id: 1, ...search, regex: 1 }, /^regex/],
    [{ id: 1, ...search, matchCase: undefined }, /^matchCase/],
    [{ id: 1, ...search, connections: 1 }, /^connections/],
    [{ id: 1, ...search, direction: 'up' }, /^direction/],
    [{ id: 1, ...search, opcodes: ['text'] }, /^opcodes/],
    [{ id: 1, ...search, shortest: -1 }, /^shortest/],
    [{ id: 1, ...search, longest: '9' }, /^longest/],
    [{ id: 1, ask: 'cancel' }, /^search/],
    [{ id: 1, ask: 'record', on: 'yes' }, /^on/],
    [{ id: 1, ask: 'close', connection: 'all', to: 'client', reason: '' }, /^connection/],
    [{ id: 1, ask: 'close', connection: 1, to: 'both', reason: '' }, /^to/],
    [{ id: 1, ask: 'close', ...command, code: 'x', reason: '' }, /^code/],
    [{ id: 1, ask: 'close', ...command, code: 1000 }, /^reason/],
    [{ id: 1, ask: 'send', ...command, opcode: 'close', data: '' }, /^opcode/],
    [{ id: 1, ask: 'send', ...command, opcode: 'text' }, /^data/],
    [{ id: 1, ask: 'fault', ...command }, /^fault/],
    [{ id: 1, ask: 'fault', ...command, fault: { kind: 'delay', milliseconds: 1e9 } }, /^fault/],
    [{ id: 1, ask: 'fault', ...command, fault: { kind: 'drop' } }, /^fault/],
  ]
  for (const [request, about] of faults) {
    test(JSON.stringify(request)?.slice(0, 100), () => {
      const answer = readFeedRequest(JSON.stringify(request))
      assert.equal(typeof answer, 'string')
      assert.match(answer as string, about)
    })
  }

  test('text that is no JSON', () => {
    assert.match(readFeedRequest('{') as string, /object in JSON/)
  })
})
