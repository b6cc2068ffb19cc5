import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FrameImpl } from '@stomp/stompjs'
import { isRecord } from '../../../inspector-ui/src/pure/decoders/json.ts'
import { decoded, message } from './samples.ts'

function marshalled(command: string, headers: Record<string, string>, body?: string): string {
  const escapeHeaderValues = command !== 'CONNECT'
  return FrameImpl.marshall({
    command,
    headers,
    ...(body !== undefined && { body }),
    escapeHeaderValues,
    skipContentLengthHeader: false,
  }) as string
}

test('reads what stompjs writes', () => {
  const text = marshalled('SEND', { destination: '/queue/a', note: 'a:b\nc\\d' }, 'Fähre')
  const found = decoded(message(text, { protocol: 'v12.stomp' }))
  assert.equal(found?.name, 'STOMP')
  assert.equal(found.summary, 'SEND /queue/a')
  assert.deepEqual(found.value, {
    command: 'SEND',
    headers: [
      ['destination', '/queue/a'],
      ['note', 'a:b\nc\\d'],
      ['content-length', '6'],
    ],
    body: 'Fähre',
  })
})

test('the headers of a CONNECT are not escaped', () => {
  const text = marshalled('CONNECT', { login: 'a\\cb' })
  assert.deepEqual(decoded(message(text))?.value, {
    command: 'CONNECT',
    headers: [['login', 'a\\cb']],
    body: '',
  })
})

test('a body with NUL in it ends where content-length says', () => {
  const text = marshalled('MESSAGE', { destination: '/a' }, 'one\0two')
  const value = decoded(message(text))?.value
  assert.equal(isRecord(value) && value['body'], 'one\0two')
})

test('frames that came in one message are a list, and a line end alone is a heart-beat', () => {
  const two = `${marshalled('BEGIN', { transaction: 't' })}\n${marshalled('COMMIT', { transaction: 't' })}`
  assert.equal(decoded(message(two))?.summary, 'BEGIN; COMMIT')
  assert.equal(decoded(message('\n', { protocol: 'v12.stomp' }))?.summary, 'heart-beat')
  assert.equal(decoded(message('\n')), undefined)
})

for (const text of ['SEND\n', 'SEND\n\nbody', 'HELLO\n\n\0', 'SEND\ncontent-length:9\n\nx\0', '']) {
  test(`${JSON.stringify(text)} is no STOMP`, () => {
    assert.equal(decoded(message(text, { protocol: 'v12.stomp' })), undefined)
  })
}
