import { load } from '../generator.mjs'
import { startServer } from '../server-process.mjs'
import { median, round, spread } from '../statistics.mjs'
import { compressedFile } from './payloads.mjs'

const bothWays = () => [
  '--mode',
  'echo',
  '--conns',
  64,
  '--text',
  '--compressed',
  compressedFile(1024),
]

const workloads = [
  {
    what: 'fan-out of 1 KiB to 1,000, no takeover',
    deflate: 'fresh',
    args: () => ['--mode', 'bcast', '--conns', 1000, '--json', '--window', 2],
  },
  {
    what: 'echo of 1 KiB, answers compressed',
    deflate: 'fresh',
    args: () => ['--mode', 'echo', '--conns', 64, '--json'],
  },
  {
    what: 'echo of 1 KiB, compressed both ways',
    deflate: 'fresh',
    args: bothWays,
  },
  {
    what: 'the same with takeover',
    deflate: 'takeover',
    args: bothWays,
  },
  {
    what: 'the same with takeover, windows of 4 KiB',
    deflate: 'narrow',
    args: bothWays,
  },
]

const contenders = ['tidewire', 'ws']

/** Server CPU for a message and messages a second, beside ws, alternating. */
export async function measureRates({ rounds, seconds, log }) {
  const rows = []
  for (const { what, deflate, args } of workloads) {
    const runs = { tidewire: [], ws: [] }
    for (let run = 0; run < rounds; run++) {
      for (const contender of contenders) {
        const server = await startServer(contender, { deflate })
        const common = ['--deflate', '--size', 1024, '--dur', seconds, '--warm', 1]
        runs[contender].push(await load(server, [...common, ...args()]))
        await server.stop()
      }
    }
    const ratios = runs.tidewire.map((run, i) => runs.ws[i].srv_us_msg / run.srv_us_msg)
    const row = { what, ratio: round(median(ratios)), spread: spread(ratios) }
    for (const contender of contenders) row[contender] = side(runs[contender])
    rows.push(row)
    log(JSON.stringify(row))
  }
  return rows
}

function side(runs) {
  return {
    messagesPerSecond: Math.round(median(runs.map((run) => run.msgs_s))),
    cpuMicrosecondsPerMessage: round(median(runs.map((run) => run.srv_us_msg))),
  }
}
