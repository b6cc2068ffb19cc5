/**
 * The program of a bystander: has a message echoed every 5 ms, on time whether or not the echo of the
 * last one has come, and says at the end how long the echoes took. Its own process, so that the work of
 * the attacker does not hold it up.
 */
import { frame, opcodes, opened } from '../../node/raw-client.ts'
import { percentiles } from './percentiles.ts'

/** What it says at the end. */
export interface Latencies {
  readonly p50: number
  readonly p99: number
  readonly max: number
  /** Whether its connection ended, or an echo never came. */
  readonly lost: boolean
}

const port = Number(process.argv[2])
const client = await opened({ after() {} }, { port, hostname: '127.0.0.1', url: 'http:' })
const sent: number[] = []
let received = 0
let latencies: number[] = []
const ticking = setInterval(() => {
  sent.push(performance.now())
  client.write(frame(opcodes.text, String(sent.length)))
}, 5)
void receive()
process.send!('ready')
process.on('message', (order) => {
  if (order === 'begin') latencies = []
  else void report()
})
process.once('disconnect', () => process.exit())

async function receive(): Promise<void> {
  try {
    for (;;) {
      const { opcode, payload } = await client.frame()
      // A server may ask whether it is still there.
      if (opcode === opcodes.ping) client.write(frame(opcodes.pong, payload))
      if (opcode !== opcodes.text) continue
      const number = Number(payload.toString())
      received++
      latencies.push(performance.now() - sent[number - 1]!)
    }
  } catch {
    // The connection has ended; what was not echoed says so.
  }
}

async function report(): Promise<void> {
  clearInterval(ticking)
  const until = performance.now() + 5000
  const outstanding = (): boolean => received < sent.length
  while (outstanding() && !client.closed && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const said: Latencies = { ...percentiles(latencies), lost: client.closed || outstanding() }
  process.send!(said, () => process.exit())
}
