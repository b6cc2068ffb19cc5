import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, stringifyMessage } from 'graphql-ws'
import { decoded, message } from './samples.ts'

const protocol = GRAPHQL_TRANSPORT_WS_PROTOCOL

test('every type of message of the library is known', () => {
  for (const type of Object.values(MessageType)) {
    const found = decoded(message(JSON.stringify({ id: '1', type }), { protocol }))
    assert.equal(found?.name, 'graphql-ws')
    assert.equal(found.summary, `${type} 1`)
  }
})

test('a subscription is named by its operation, or by its query', () => {
  const named = stringifyMessage({
    id: 'a',
    type: MessageType.Subscribe,
    payload: { operationName: 'Greetings', query: 'subscription Greetings { greetings }' },
  })
  assert.equal(decoded(message(named, { protocol }))?.summary, 'subscribe a: Greetings')
  const unnamed = stringifyMessage({
    id: 'b',
    type: MessageType.Subscribe,
    payload: { query: 'subscription {\n  greetings\n}' },
  })
  assert.equal(
    decoded(message(unnamed, { protocol }))?.summary,
    'subscribe b: subscription { greetings }',
  )
})

test('the older subprotocol has types of its own', () => {
  const start = JSON.stringify({ id: '1', type: 'start', payload: {} })
  assert.equal(decoded(message(start, { protocol: 'graphql-ws' }))?.name, 'graphql-ws')
  assert.equal(decoded(message(start, { protocol }))?.name, 'JSON')
})

test('without the subprotocol it is JSON', () => {
  assert.equal(decoded(message('{"type":"ping"}'))?.name, 'JSON')
})
