import type { Statement } from './account.ts'
import type { Ending, Plan } from './plan.ts'

/** The endings after which everything that a side sent must have arrived at the other. */
const wholeToServer: readonly Ending[] = [
  'client closes',
  'server closes',
  'client leaves',
  'client half-closes',
  'client breaks the protocol',
]
const wholeToClient: readonly Ending[] = ['client closes', 'server closes', 'server leaves']
const closes: readonly Ending[] = [
  'client closes',
  'server closes',
  'client leaves',
  'server leaves',
]

/** What is wrong with a connection, from the statements of its two ends. */
export function judge(plan: Plan, client: Statement, server: Statement): string[] {
  return [
    ...client.faults,
    ...server.faults,
    ...lane('server', client, server, wholeToServer.includes(plan.ending)),
    ...lane('client', server, client, wholeToClient.includes(plan.ending)),
    ...topics(plan, client, server),
    ...ends(plan, client, server),
  ]
}

/** What is there came in order and unspoilt, for the accounts say so: here only the numbers are compared. */
function lane(to: string, from: Statement, at: Statement, whole: boolean): string[] {
  const { received } = at
  if (received > from.begun) return [`${received} came to the ${to}, but ${from.begun} were sent`]
  if (whole && received < from.sent) return [`${received} of ${from.sent} came to the ${to}`]
  return []
}

function topics({ ending }: Plan, client: Statement, server: Statement): string[] {
  const whole = wholeToClient.includes(ending)
  const [came, published] = [client.ofTopics, server.ofTopics]
  const wrong = whole ? came !== published : came > published
  return wrong ? [`${came} of ${published} messages of topics came`] : []
}

function ends(plan: Plan, client: Statement, server: Statement): string[] {
  const faults: string[] = []
  const expect = (statement: Statement, wasClean: boolean, code: number): void => {
    const { end, side } = statement
    if (end?.wasClean === wasClean && end.code === code) return
    faults.push(
      `the ${side} saw ${JSON.stringify(end)} instead of ${code}, ${wasClean ? 'clean' : 'unclean'}`,
    )
  }
  if (closes.includes(plan.ending)) {
    expect(client, true, plan.code)
    expect(server, true, plan.code)
  }
  if (plan.ending === 'client breaks the protocol') expect(server, false, 1002)
  if (plan.ending === 'client chokes') expect(server, false, 1013)
  if (['client resets', 'client half-closes', 'server terminates'].includes(plan.ending)) {
    expect(server, false, 1006)
  }
  return faults
}
