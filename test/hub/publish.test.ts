import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SharedMessage } from '../../dist/core/index.js'
import { type SendResult, Topics } from '../../dist/hub/index.js'
import { testPorts } from '../../dist/testing/index.js'

class Member {
  readonly frames: Uint8Array[] = []
  result: SendResult = 'sent'

  deliver(message: SharedMessage): SendResult {
    this.frames.push(message.plain)
    return this.result
  }
}

/** A message that counts how often it is encoded. */
function counted(): { message: SharedMessage; encoded: () => number } {
  const ports = testPorts()
  let times = 0
  const encodeUtf8 = (text: string): Uint8Array => (times++, ports.encodeUtf8(text))
  return { message: new SharedMessage('a', { ...ports, encodeUtf8 }), encoded: () => times }
}

test('a message to a topic without members, or with the sender alone, is not framed', () => {
  const topics = new Topics<Member>()
  const sender = new Member()
  topics.subscribe(sender, 'a')
  const { message, encoded } = counted()
  const none = { matched: 0, sent: 0, buffered: 0, dropped: 0 }
  assert.deepEqual(topics.publish('empty', message), none)
  assert.deepEqual(topics.publish('a', message, sender), none)
  assert.equal(encoded(), 0)
})

test('a message to many is framed once, and says what became of it', () => {
  const topics = new Topics<Member>()
  const members = (['sent', 'buffered', 'dropped', 'sent'] as const).map((result) =>
    Object.assign(new Member(), { result }),
  )
  for (const member of members) topics.subscribe(member, 'a')
  const { message, encoded } = counted()
  assert.deepEqual(topics.publish('a', message), { matched: 4, sent: 2, buffered: 1, dropped: 1 })
  assert.equal(encoded(), 1)
  assert.equal(new Set(members.flatMap(({ frames }) => frames)).size, 1)
})
