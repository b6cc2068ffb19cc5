/** A client process of the soak: keeps so many connections going, each by its plan. */
import { Random } from '../fuzz/random.ts'
import { Account } from './account.ts'
import { converse, pauseAtTimes } from './converse.ts'
import { measure } from './measure.ts'
import { onOrder, type Ports, tell } from './messages.ts'
import { patience } from './patience.ts'
import { connectPeer } from './peers.ts'
import { planOf } from './plan.ts'
import { comeAndGo } from './strays.ts'

const [seed, first, step, width] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
]

const random = new Random(seed + first)
let id = first
const tide = { running: false, open: 0, strays: 0 }
let ports: Ports

/** One connection after the other, while the tide is in. */
async function keepOneGoing(): Promise<void> {
  while (tide.running) {
    if (random.once(8)) {
      tide.strays++
      await comeAndGo(random, ports.plain)
    }
    const account = new Account(planOf(seed, id), 'client')
    id += step
    await talk(account)
    tell({ told: 'statement', statement: account.statement })
  }
}

async function talk(account: Account): Promise<void> {
  try {
    const end = await connectPeer(account, ports)
    const late = setTimeout(() => {
      account.fault(`not over after ${patience / 1000} s`)
      end.cut()
    }, patience)
    await Promise.all([converse(end, account), pauseAtTimes(end, account), account.ended])
    clearTimeout(late)
  } catch (error) {
    account.fault(String((error as Error).stack))
  }
}

function run(): void {
  tide.running = true
  for (let i = 0; i < width; i++) {
    tide.open++
    void keepOneGoing().finally(() => tide.open--)
  }
}

async function rest(): Promise<void> {
  tide.running = false
  // Whoever still talks is waited for: `patience` ends it.
  while (tide.open > 0) await new Promise((resolve) => setTimeout(resolve, 20))
  const { strays } = tide
  tide.strays = 0
  tell({ told: 'resting', figures: await measure(() => tide.open), strays })
}

onOrder((order) => {
  if (order.order === 'run') {
    ports = order.ports
    run()
  } else if (order.order === 'rest') void rest()
  else process.disconnect()
})
