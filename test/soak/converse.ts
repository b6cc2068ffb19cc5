import { setTimeout as wait } from 'node:timers/promises'
import type { Message } from '../../dist/node/index.js'
import { Random } from '../fuzz/random.ts'
import type { Account } from './account.ts'
import type { End } from './end.ts'
import { isSettled } from './plan.ts'
import { messageAt } from './stamped-message.ts'

/** Says what the plan has for this side, and ends the connection if that is this side's part. */
export async function converse(
  end: End,
  account: Account,
  leaveTopics = (): void => {},
): Promise<void> {
  const { plan, side } = account
  const random = new Random(plan.seed ^ plan.id ^ (side === 'client' ? 0x5bd1e995 : 0x27d4eb2f))
  const count = plan.by === side ? plan.endsAfter : plan.counts[side]
  if (plan.ending === 'client chokes') return choke(end, account)
  for (let sequence = 0; sequence < count && !account.end; sequence++) {
    if (random.once(6)) await wait(random.between(1, 40))
    if (random.once(12)) end.ping()
    // After the last message of the server nothing of a topic may come: that is the one waited for.
    if (sequence === plan.counts[side] - 1) leaveTopics()
    if (!(await say(end, account, messageAt(account.lane, sequence), random))) return
  }
  if (plan.by === side && !account.end) {
    if (isSettled(plan)) await account.whole
    leaveTopics()
    finish(end, account)
  }
}

/** @returns Whether there may be more. */
async function say(end: End, account: Account, message: Message, random: Random): Promise<boolean> {
  account.begun++
  const accepted = random.once(6)
    ? await end.sendFragments(cut(message, random))
    : await end.send(message)
  if (accepted) account.sent++
  return accepted
}

/** In two to six parts, of which some are empty. */
function cut(message: Message, random: Random): Message[] {
  const parts: Message[] = []
  let from = 0
  for (let more = random.between(1, 5); more > 0; more--) {
    const to = random.between(from, message.length)
    parts.push(message.slice(from, to))
    from = to
  }
  return [...parts, message.slice(from)]
}

function finish(end: End, { plan }: Account): void {
  if (plan.ending === 'client half-closes') end.halfClose?.()
  else if (plan.ending === 'client breaks the protocol') end.breakProtocol?.()
  else if (plan.ending === 'client resets' || plan.ending === 'server terminates') end.cut()
  else end.close(plan.code)
}

/** The client reads nothing for a while, and the server sends until it is told to stop. */
async function choke(end: End, account: Account): Promise<void> {
  if (account.side === 'client') {
    end.pause()
    await wait(500)
    return end.resume()
  }
  // Without a turn of the loop between them: whether the client reads by then must not matter.
  const all: Promise<boolean>[] = []
  for (let sequence = 0; end.open && sequence < 20_000; sequence++) {
    all.push(end.send(messageAt(account.lane, sequence)))
  }
  account.begun = all.length
  account.sent = (await Promise.all(all)).filter(Boolean).length
}

/** Stops reading now and then, where the plan says so. */
export async function pauseAtTimes(end: End, account: Account): Promise<void> {
  const { plan, side } = account
  if (!plan.pauses[side]) return
  const random = new Random(plan.id)
  while (!account.end) {
    await wait(random.between(10, 150))
    end.pause()
    await wait(random.between(1, 60))
    end.resume()
  }
}
