import { load } from '../generator.mjs'
import { startServer } from '../server-process.mjs'
import { median } from '../statistics.mjs'
import { contenders } from './contenders.mjs'
import { compressedFile } from './payloads.mjs'

const connections = 10_000

const workloads = [
  { what: 'no takeover, after 2 messages of 1 KiB', deflate: 'fresh', size: 1024, count: 2 },
  { what: 'no takeover, after 3 messages of 16 KiB', deflate: 'fresh', size: 16_384, count: 3 },
  { what: 'takeover, after 2 messages of 1 KiB', deflate: 'takeover', size: 1024, count: 2 },
  { what: 'takeover, both windows full', deflate: 'takeover', size: 16_384, count: 3 },
  { what: 'takeover, both full, of 4 KiB', deflate: 'narrow', size: 16_384, count: 3 },
]

/**
 * RSS of 10,000 idle connections that negotiated compression, each of which has sent compressed messages
 * and got them back compressed; per connection, above that of the server before they came.
 */
export async function measureMemory({ rounds, log }) {
  const rows = []
  for (const { what, deflate, size, count } of workloads) {
    const runs = Object.fromEntries(contenders.map((name) => [name, []]))
    for (let run = 0; run < Math.min(rounds, 3); run++) {
      for (const contender of contenders) {
        const server = await startServer(contender, { deflate })
        const message = ['--text', '--size', size, '--compressed', compressedFile(size)]
        const idle = ['--mode', 'idle', '--conns', connections, '--touch', '--hold', 5, '--deflate']
        const args = [...idle, '--depth', count, ...message]
        const { bytes_per_conn: bytes, touched, ext } = await load(server, args)
        await server.stop()
        if (touched !== count * connections || ext !== connections) {
          throw new Error(
            `${contender}: ${ext} of ${connections} compress, ${touched} were answered`,
          )
        }
        runs[contender].push(bytes)
      }
    }
    const bytes = Object.entries(runs).map(([name, values]) => [name, Math.round(median(values))])
    const row = { what, bytesPerConnection: Object.fromEntries(bytes) }
    rows.push(row)
    log(JSON.stringify(row))
  }
  return rows
}
