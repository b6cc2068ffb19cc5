import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Account } from './account.ts'
import { judge } from './judge.ts'
import { type Ending, type Plan, planOf } from './plan.ts'
import { messageAt } from './stamped-message.ts'

/** A connection on which the client sends ten messages and the server one. */
const plan: Plan = {
  ...planOf(1, 1),
  counts: { client: 10, server: 1 },
  ending: 'client closes',
  by: 'client',
  endsAfter: 10,
  code: 1000,
  topics: [0],
}
const sent = Array.from({ length: 10 }, (_, i) =>
  messageAt({ seed: plan.seed, owner: plan.id, direction: '>' }, i),
)

interface Story {
  readonly ending?: Ending
  /** What the server hears of what the client sent. */
  readonly heard?: typeof sent
  readonly code?: number
  readonly topics?: readonly number[]
}

/** What is said about a connection on which this has happened. */
function said({ ending = plan.ending, heard = sent, code = 1000, topics = [0, 1] }: Story): string {
  const told = { ...plan, ending }
  const client = new Account(told, 'client')
  const server = new Account(told, 'server')
  client.begun = client.sent = 10
  server.begun = server.sent = 1
  server.ofTopics = 2
  client.hear(messageAt(server.lane, 0))
  for (const number of topics) {
    client.hear(messageAt({ seed: plan.seed, owner: 0, direction: '*' }, number))
  }
  for (const message of heard) server.hear(message)
  client.finish({ code: 1000, wasClean: true })
  server.finish({ code, wasClean: code === 1000 })
  return judge(told, client.statement, server.statement).join('; ')
}

describe('the soak sees', () => {
  test('nothing wrong where all is right', () => {
    assert.equal(said({}), '')
    const half = {
      ending: 'client resets',
      heard: sent.slice(0, 5),
      code: 1006,
      topics: [0],
    } as const
    assert.equal(said(half), '')
  })

  const longest = sent.reduce((most, { length }, i) => (length > sent[most]!.length ? i : most), 0)
  const spoilt = Buffer.from(sent[longest] as string)
  spoilt[spoilt.length - 1]! ^= 1
  const faults: Readonly<Record<string, readonly [Story, RegExp]>> = {
    'a message that is lost at the end': [
      { heard: sent.slice(0, 9) },
      /^9 of 10 came to the server$/,
    ],
    'one that is lost in the middle': [{ heard: sent.toSpliced(3, 1) }, /instead of number 3/],
    'one that comes twice': [
      { heard: [...sent, sent[9]!] },
      /instead of number 10.*11 came.*10 were sent/,
    ],
    'two that change places': [
      { heard: [...sent.slice(0, 4), sent[5]!, sent[4]!, ...sent.slice(6)] },
      /instead of number 4.*instead of number 5/,
    ],
    'one that is spoilt': [{ heard: sent.with(longest, spoilt) }, /spoilt$/],
    'a gap in what a reset has left': [
      { ending: 'client resets', heard: sent.slice(1, 5), code: 1006 },
      /instead of number 0/,
    ],
    'a message of a topic that is lost': [{ topics: [7] }, /^1 of 2 messages of topics came$/],
    'a gap in a topic': [{ topics: [7, 9] }, /instead of number 8/],
    'an end that was not planned': [
      { code: 1006 },
      /^the server saw .*1006.* instead of 1000, clean$/,
    ],
  }
  for (const [what, [story, fault]] of Object.entries(faults)) {
    test(what, () => assert.match(said(story), fault))
  }
})
