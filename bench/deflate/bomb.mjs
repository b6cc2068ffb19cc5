import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { startServer } from '../server-process.mjs'
import { median } from '../statistics.mjs'
import { contenders } from './contenders.mjs'
import { compressed, records } from './payloads.mjs'
import { frame, opened } from './raw-client.mjs'

const connections = 4
const mebibyte = 2 ** 20

const workloads = [
  { what: 'limit 1 MiB', limit: mebibyte },
  { what: 'limit 16 MiB', limit: 16 * mebibyte },
  { what: 'limit 100 MiB', limit: 100 * mebibyte },
]

/** The inflate bomb of shared/limits.md: by how much RSS grows at its peak, which ends the connections. */
export async function measureBomb({ rounds, log }) {
  const bomb = frame(compressed(Buffer.alloc(300 * mebibyte)))
  const rows = []
  for (const { what, limit } of workloads) {
    const runs = Object.fromEntries(contenders.map((name) => [name, []]))
    for (let run = 0; run < rounds; run++) {
      for (const contender of contenders) {
        const server = await startServer(contender, { deflate: 'fresh', message: limit })
        runs[contender].push(await growth(server, bomb))
        await server.stop()
      }
    }
    const grown = Object.entries(runs).map(([name, values]) => [name, Math.round(median(values))])
    const row = {
      what,
      gate: connections * limit + 16 * mebibyte,
      growth: Object.fromEntries(grown),
    }
    rows.push(row)
    log(JSON.stringify(row))
  }
  return rows
}

/** Bytes at the peak above the server that has answered an ordinary compressed message on each connection. */
async function growth({ port, pid }, bomb) {
  const clients = await Promise.all(Array.from({ length: connections }, () => opened(port)))
  const ordinary = frame(compressed(records(2048)))
  for (const client of clients) {
    client.write(ordinary)
    await once(client, 'data')
  }
  // Resets the peak (proc(5), clear_refs).
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  const before = status(pid, 'VmRSS')
  await Promise.all(clients.map((client) => ended(client, bomb)))
  return status(pid, 'VmHWM') - before
}

function status(pid, name) {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(text)[1]) * 1024
}

/** Sends the bomb, and waits until the server has given up the connection. */
async function ended(client, bomb) {
  const gone = once(client, 'close')
  client.on('data', () => {})
  client.write(bomb)
  client.setTimeout(30_000, () => client.destroy())
  await gone
}
