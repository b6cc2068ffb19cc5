/** How connections between Tidewire and every peer end. */
import assert from 'node:assert/strict'
import type { Ending, EndingExchange, Exchange } from './side.ts'

/** The second reason is as long as fits into a close frame: 123 bytes. */
const closes = [
  { code: 1000, reason: 'done' },
  { code: 4321, reason: `${'\u00E9'.repeat(61)}.` },
]

/** Bytes of a message that Tidewire takes by default. */
const limit = 1 << 20

/** How it ended, without Tidewire's diagnosis. */
function told({ code, reason }: Ending): Omit<Ending, 'cause'> {
  return { code, reason }
}

export const endings: Record<EndingExchange, Exchange> = {
  closeToPeer: {
    title: (theirs, ours) => `${theirs} is told the code and reason with which ${ours} closes`,
    run: async ({ open, peer }) => {
      for (const { code, reason } of closes) {
        const { ours, theirs } = await open()
        ours.close(code, reason)
        assert.deepEqual(told(await theirs.closed), { code, reason })
        const { code: answered, cause } = await ours.closed
        const answer = code === 1000 ? undefined : peer.answersCloseWith?.value
        assert.equal(answered, answer ?? code)
        assert.equal(cause?.trigger, 'close-frame')
        assert.equal(cause.by, 'local')
      }
    },
  },
  closeFromPeer: {
    title: (theirs, ours) => `${ours} is told the code and reason with which ${theirs} closes`,
    run: async ({ open }) => {
      for (const { code, reason } of closes) {
        const { ours, theirs } = await open()
        theirs.close(code, reason)
        const ending = await ours.closed
        assert.deepEqual(told(ending), { code, reason })
        assert.equal(ending.cause?.trigger, 'close-frame')
        assert.equal(ending.cause.by, 'remote')
        assert.equal((await theirs.closed).code, code)
      }
    },
  },
  emptyCloseToPeer: {
    title: (theirs, ours) => `${theirs} is told of no code when ${ours} closes without one`,
    run: async ({ open, peer }) => {
      const { ours, theirs } = await open()
      ours.close()
      assert.equal((await theirs.closed).code, peer.emptyCloseIs?.value ?? 1005)
    },
  },
  emptyCloseFromPeer: {
    title: (theirs, ours) => `${ours} is told 1005 when ${theirs} closes without a code`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      theirs.close()
      assert.deepEqual(told(await ours.closed), { code: 1005, reason: '' })
    },
  },
  vanishToPeer: {
    title: (theirs, ours) => `${theirs} is told 1006 when ${ours} vanishes`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      ours.vanish!()
      assert.equal((await theirs.closed).code, 1006)
      assert.equal((await ours.closed).cause?.trigger, 'terminate')
    },
  },
  vanishFromPeer: {
    title: (theirs, ours) => `${ours} is told 1006 and the cause when ${theirs} vanishes`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      await Promise.all([theirs.send('here'), ours.receive()])
      theirs.vanish!()
      const { code, cause } = await ours.closed
      assert.equal(code, 1006)
      assert.equal(cause?.trigger, 'transport')
      assert.match(cause.text, /without a close frame.*The last frame was text of \d bytes/)
    },
  },
  tooBig: {
    title: (theirs, ours) => `${theirs} is told 1009 when its message is over the limit of ${ours}`,
    run: async ({ open }) => {
      const { ours, theirs } = await open()
      const [, received] = await Promise.all([theirs.send(new Uint8Array(limit)), ours.receive()])
      assert.equal(received.length, limit)
      const sent = theirs.send(new Uint8Array(limit + 1)).catch(() => {})
      const { code, reason } = await theirs.closed
      assert.equal(code, 1009)
      assert.match(reason, /1048576/)
      assert.equal((await ours.closed).cause?.trigger, 'limit')
      await sent
    },
  },
}
