import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Lane, Paced, Windowed } from '../../../dist/cli/bench/lane.js'
import { percentileError } from '../../../dist/cli/bench/latency-histogram.js'
import { OpenLoop } from '../../../dist/cli/bench/open-loop.js'
import { Tally } from '../../../dist/cli/bench/tally.js'
import { FakeClock } from '../../../dist/testing/index.js'

const bytes = 10

function counting(from = 0, until = Infinity): Tally {
  return Object.assign(new Tally(), { from, until })
}

function near(said: number, is: number): void {
  assert.ok(said >= is && said <= is * (1 + percentileError) + 1e-6, `${said}, not ${is}`)
}

suite('an open loop', () => {
  test('sends each message at its time, on one connection after the other', () => {
    const clock = new FakeClock()
    const sent: string[] = []
    const lanes = ['a', 'b', 'c'].map((name, at) => {
      return new Lane(new Paced(at * 10, 30), counting(), () => {
        sent.push(`${name} ${clock.now()}`)
        return true
      })
    })
    const loop = new OpenLoop(lanes, (lane) => lane * 10, 30)
    for (let left = 0; clock.now() <= 50; clock.advance(left)) left = loop.turn(clock.now())
    assert.deepEqual(sent, ['a 0', 'b 10', 'c 20', 'a 30', 'b 40', 'c 50'])
  })

  test('that was held up sends what is overdue at once, and says how late it was', () => {
    const tally = counting()
    let sent = 0
    const lane = new Lane(new Paced(0, 10), tally, () => ++sent > 0)
    const loop = new OpenLoop([lane], () => 0, 10)
    assert.equal(loop.turn(95), 5)
    assert.equal(sent, 10)
    assert.equal(tally.lateness.longest, 95)
    near(tally.lateness.percentile(0.5), 45)
  })

  test('that is far behind sends so much in a turn, and lets answers be read', () => {
    let sent = 0
    const lane = new Lane(new Paced(0, 0.001), counting(), () => ++sent > 0)
    const loop = new OpenLoop([lane], () => 0, 0.001)
    assert.equal(loop.turn(10_000), 0)
    assert.equal(sent, 1000)
    assert.equal(Math.round(loop.behind(10_000)), 9_999)
    assert.equal(loop.behind(0), 0)
  })

  test('charges a server that stalls for all that it delayed', () => {
    const clock = new FakeClock()
    const tally = counting()
    const lane = new Lane(new Paced(0, 1), tally, () => true)
    const loop = new OpenLoop([lane], () => 0, 1)
    // A message each millisecond for a second; the server answers at once, but stands for half of it.
    for (; clock.now() < 1000; clock.advance(1)) {
      loop.turn(clock.now())
      const stands = clock.now() >= 250 && clock.now() < 750
      if (!stands) while (lane.answer(clock.now(), bytes));
    }
    assert.equal(tally.latency.count, 1000)
    assert.equal(tally.latency.longest, 500)
    // Those of the stall waited from 500 to 1 ms; who counts from when a message is answered sees one.
    near(tally.latency.percentile(0.75), 250)
    near(tally.latency.percentile(0.99), 490)
  })

  test('counts from the time a message was due when the transport takes nothing', () => {
    const tally = counting()
    let writable = false
    const lane = new Lane(new Paced(0, 100), tally, () => writable)
    const loop = new OpenLoop([lane], () => 0, 100)
    loop.turn(250)
    assert.deepEqual([lane.due, lane.sent], [3, 1])
    writable = true
    lane.drained()
    assert.equal(lane.sent, 3)
    for (const now of [400, 400, 400]) lane.answer(now, bytes)
    assert.equal(tally.latency.longest, 400)
    near(tally.latency.percentile(0.1), 200)
    assert.equal(tally.lateness.count, 1, 'the generator was not late, it was held up')
  })
})

suite('a closed loop', () => {
  test('keeps so many messages in flight', () => {
    const tally = counting()
    let sent = 0
    const lane = new Lane(new Windowed(3, 0), tally, () => ++sent > 0)
    lane.becomeDue(3, 0)
    assert.equal(sent, 3)
    for (let now = 10; now <= 50; now += 10) {
      lane.answer(now, bytes)
      assert.equal(lane.sent - lane.answered, 3)
    }
    // 0, 0, 0, then those that were sent at 10 and 20.
    assert.equal(tally.latency.longest, 30)
    near(tally.latency.percentile(0.1), 10)
    assert.deepEqual([tally.messages, tally.bytes], [5, 50])
  })

  test('sends no more once it is stopped', () => {
    const lane = new Lane(new Windowed(2, 0), counting(), () => true)
    lane.becomeDue(2, 0)
    lane.stopped = true
    lane.answer(1, bytes)
    assert.equal(lane.settled, false)
    lane.answer(2, bytes)
    assert.deepEqual([lane.sent, lane.settled], [2, true])
  })
})

suite('what is counted', () => {
  test('is what was to be sent within the window, and what came within it', () => {
    const tally = counting(100, 200)
    const lane = new Lane(new Paced(0, 50), tally, () => true)
    lane.becomeDue(5, 210)
    for (const now of [90, 110, 150, 199, 250]) lane.answer(now, bytes)
    assert.equal(tally.messages, 3)
    // Those of 100 and 150.
    assert.equal(tally.latency.count, 2)
    assert.equal(tally.latency.longest, 50)
  })

  test('is also what has no answer, with the time that it has waited', () => {
    const tally = counting(0, 1000)
    const lane = new Lane(new Paced(0, 100), tally, () => true)
    lane.becomeDue(3, 200)
    lane.answer(10, bytes)
    lane.abandon(5000)
    assert.equal(tally.unansweredMessages, 2)
    assert.equal(tally.latency.longest, 4900)
    near(tally.latency.percentile(0.5), 4800)
    assert.ok(lane.settled)
  })

  test('is no answer to nothing', () => {
    const tally = counting()
    const lane = new Lane(new Windowed(1, 0), tally, () => true)
    assert.equal(lane.answer(1, bytes), false)
    assert.equal(tally.messages, 0)
  })

  test('adds up over threads', () => {
    const [one, other] = [counting(), counting()]
    one.answered(0, 5, bytes)
    other.answered(0, 7, bytes)
    other.unanswered(0, 9)
    one.merge(structuredClone(other.counts))
    assert.deepEqual([one.messages, one.bytes, one.unansweredMessages], [2, 20, 1])
    assert.deepEqual([one.latency.count, one.latency.longest], [3, 9])
  })
})
