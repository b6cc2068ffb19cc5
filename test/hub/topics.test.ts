import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { SharedMessage } from '../../dist/core/index.js'
import { type SendResult, type Subscriber, Topics } from '../../dist/hub/index.js'
import { testPorts } from '../../dist/testing/index.js'

class Member implements Subscriber {
  readonly got: { message: Uint8Array; topic: string }[] = []
  result: SendResult = 'sent'
  onDeliver: () => void = () => {}

  deliver(message: SharedMessage, topic: string): SendResult {
    this.got.push({ message: message.plain, topic })
    this.onDeliver()
    return this.result
  }
}

const bytes = (): SharedMessage => new SharedMessage(Uint8Array.of(1, 2, 3), testPorts())
const never = new SharedMessage('text', {
  ...testPorts(),
  encodeUtf8: () => assert.fail('framed for nobody'),
})

describe('topics', () => {
  test('a message reaches every member but the sender, framed once', () => {
    const topics = new Topics<Member>()
    const [ada, bob, eve] = [new Member(), new Member(), new Member()]
    for (const member of [ada, bob, eve]) topics.subscribe(member, 'room')
    assert.deepEqual(topics.publish('room', bytes(), ada), {
      matched: 2,
      sent: 2,
      buffered: 0,
      dropped: 0,
    })
    assert.deepEqual(ada.got, [])
    assert.deepEqual(bob.got[0]!.message, Uint8Array.of(0x82, 3, 1, 2, 3))
    assert.equal(eve.got[0]!.message, bob.got[0]!.message)
    assert.equal(eve.got[0]!.topic, 'room')
  })

  test('the result counts what became of each delivery', () => {
    const topics = new Topics<Member>()
    for (const result of ['sent', 'buffered', 'dropped', 'dropped'] as const) {
      const member = new Member()
      member.result = result
      topics.subscribe(member, 'room')
    }
    const expected = { matched: 4, sent: 1, buffered: 1, dropped: 2 }
    assert.deepEqual(topics.publish('room', bytes()), expected)
  })

  test('for nobody nothing is framed', () => {
    const topics = new Topics<Member>()
    const nobody = { matched: 0, sent: 0, buffered: 0, dropped: 0 }
    assert.deepEqual(topics.publish('room', never), nobody)
    const alone = new Member()
    topics.subscribe(alone, 'room')
    assert.deepEqual(topics.publish('room', never, alone), nobody)
  })

  test('who joins twice is there once, and leaves once', () => {
    const topics = new Topics<Member>()
    const ada = new Member()
    topics.subscribe(ada, 'room')
    topics.subscribe(ada, 'room')
    assert.equal(topics.count('room'), 1)
    assert.deepEqual(topics.subscriptions(ada), ['room'])
    topics.unsubscribe(ada, 'room')
    assert.equal(topics.isSubscribed(ada, 'room'), false)
    assert.deepEqual(topics.subscriptions(ada), [])
    assert.deepEqual([...topics], [])
  })

  test('an abandoned topic leaves nothing behind', () => {
    const topics = new Topics<Member>()
    const [ada, bob] = [new Member(), new Member()]
    topics.subscribe(ada, 'a')
    topics.subscribe(ada, 'b')
    topics.subscribe(bob, 'b')
    assert.deepEqual(
      [...topics],
      [
        { name: 'a', members: 1 },
        { name: 'b', members: 2 },
      ],
    )
    topics.leave(ada)
    topics.leave(ada)
    assert.deepEqual([...topics], [{ name: 'b', members: 1 }])
    topics.unsubscribe(bob, 'b')
    topics.unsubscribe(bob, 'b')
    topics.unsubscribe(bob, 'no such topic')
    assert.equal(topics.size, 0)
    assert.equal(topics.count('b'), 0)
  })

  test('names such as __proto__ are names like any other', () => {
    const topics = new Topics<Member>()
    const ada = new Member()
    assert.equal(topics.isSubscribed(ada, '__proto__'), false)
    assert.equal(topics.count('constructor'), 0)
    topics.subscribe(ada, '__proto__')
    assert.deepEqual(topics.subscriptions(ada), ['__proto__'])
    assert.equal(topics.publish('__proto__', bytes()).sent, 1)
    assert.equal(topics.publish('constructor', never).matched, 0)
  })

  test('an invalid name is refused before anything happens', () => {
    const topics = new Topics<Member>()
    assert.throws(() => topics.subscribe(new Member(), ''), { code: 'ERR_TOPIC_NAME' })
    assert.throws(() => topics.publish('a\nb', never), { code: 'ERR_TOPIC_NAME' })
    assert.equal(topics.size, 0)
  })

  test('members may leave, and others too, while they are told', () => {
    const topics = new Topics<Member>()
    const [ada, bob, eve] = [new Member(), new Member(), new Member()]
    for (const member of [ada, bob, eve]) topics.subscribe(member, 'room')
    ada.onDeliver = () => {
      topics.leave(ada)
      topics.unsubscribe(bob, 'room')
    }
    assert.equal(topics.publish('room', bytes()).matched, 2)
    assert.deepEqual(
      [ada, bob, eve].map(({ got }) => got.length),
      [1, 0, 1],
    )
    assert.deepEqual([...topics], [{ name: 'room', members: 1 }])
  })

  test('hold what a table of pairs would hold, whoever comes and goes', () => {
    const names = ['a', 'b', '__proto__']
    const step = fc.record({
      act: fc.constantFrom('subscribe', 'unsubscribe', 'leave'),
      who: fc.integer({ min: 0, max: 3 }),
      topic: fc.constantFrom(...names),
    })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const topics = new Topics<Member>()
        const members = Array.from({ length: 4 }, () => new Member())
        let pairs: { who: number; topic: string }[] = []
        for (const { act, who, topic } of steps) {
          const others = pairs.filter((pair) => pair.who !== who || pair.topic !== topic)
          if (act === 'subscribe') {
            topics.subscribe(members[who]!, topic)
            if (others.length === pairs.length) pairs.push({ who, topic })
          } else if (act === 'unsubscribe') {
            topics.unsubscribe(members[who]!, topic)
            pairs = others
          } else {
            topics.leave(members[who]!)
            pairs = pairs.filter((pair) => pair.who !== who)
          }
        }
        for (const [who, member] of members.entries()) {
          const own = pairs.filter((pair) => pair.who === who).map(({ topic }) => topic)
          assert.deepEqual(topics.subscriptions(member), own)
          for (const topic of names) {
            assert.equal(topics.isSubscribed(member, topic), own.includes(topic))
          }
        }
        assert.equal(topics.size, new Set(pairs.map(({ topic }) => topic)).size)
      }),
    )
  })
})
