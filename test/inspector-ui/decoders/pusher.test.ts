import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decoded, message } from './samples.ts'

/** As pusher-js asks for it. */
const path = '/app/key?protocol=7&client=js&version=8.4.0&flash=false'

test('the data is read out of its string', () => {
  const text =
    '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.2\\",\\"activity_timeout\\":30}"}'
  const found = decoded(message(text))
  assert.equal(found?.name, 'Pusher')
  assert.equal(found.summary, 'pusher:connection_established')
  assert.deepEqual(found.value, {
    event: 'pusher:connection_established',
    data: { socket_id: '1.2', activity_timeout: 30 },
  })
})

test('an event of a program is known by the path of its connection', () => {
  const text = '{"event":"moved","channel":"private-room","data":"plain"}'
  assert.equal(decoded(message(text, { path }))?.summary, 'moved on private-room')
  assert.equal(decoded(message(text))?.name, 'JSON')
})
