import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calls, frame, opcodes, opened, served } from './raw-client.ts'

const count = 400

/** Work that takes as long on every machine. */
function work(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

test('a burst of one client does not keep the others waiting', async (t) => {
  const order = calls<string>()
  const server = await served(t, {
    message(_, message) {
      order.note(String(message))
      if (message === 'burst') work(1)
    },
  })
  const [attacker, bystander] = [await opened(t, server), await opened(t, server)]
  attacker.write(Buffer.concat(Array(count).fill(frame(opcodes.text, 'burst'))))
  await order.next()
  bystander.write(frame(opcodes.text, 'one'))
  while (order.all.length <= count) await order.next()
  const at = order.all.indexOf('one')
  assert.ok(at < count / 2, `after ${at} of ${count} messages`)
})

test('bursts that take turns are all read to the end, also when their clients have gone', async (t) => {
  const order = calls<string>()
  const closes = calls<number>()
  const server = await served(t, {
    message(_, message) {
      order.note(String(message))
      work(0.1)
    },
    close: (_, { code }) => closes.note(code),
  })
  for (const name of ['a', 'b', 'c']) {
    const client = await opened(t, server)
    client.socket.end(Buffer.concat(Array(count).fill(frame(opcodes.text, name))))
  }
  while (closes.all.length < 3) await closes.next()
  assert.deepEqual(closes.all, [1006, 1006, 1006])
  for (const name of ['a', 'b', 'c']) {
    assert.equal(order.all.filter((message) => message === name).length, count)
  }
})
