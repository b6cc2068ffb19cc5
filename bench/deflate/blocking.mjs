import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '../server-process.mjs'
import { median, round } from '../statistics.mjs'
import { contenders } from './contenders.mjs'
import { compressed, records } from './payloads.mjs'
import { frame, opened, ping, token } from './raw-client.mjs'

const tiny = frame(compressed(Buffer.of(7)))
const bomb = frame(compressed(Buffer.alloc(2 ** 20)))
const large = frame(records(100_000), false)

/** `/pub` is where a message goes to nobody; `/` answers with the same, compressed. */
const workloads = [
  { what: '100,000 messages of 1 byte', path: '/pub', message: tiny, count: 100_000, senders: 1 },
  { what: '4 x 100 of 1 KB that are 1 MiB', path: '/pub', message: bomb, count: 100, senders: 4 },
  { what: 'echo of 16 messages of 100 KB', path: '/', message: large, count: 16, senders: 1 },
]

/**
 * How long others wait while one peer, or a few, send much to inflate or deflate: the latency of a
 * bystander that has a message of 16 bytes echoed again and again until a ping behind it all is answered.
 */
export async function measureBlocking({ rounds, log }) {
  const rows = []
  for (const { what, path, message, count, senders } of workloads) {
    const runs = Object.fromEntries(contenders.map((name) => [name, []]))
    for (let run = 0; run < rounds; run++) {
      for (const contender of contenders) {
        const server = await startServer(contender, { deflate: 'fresh', message: 2 ** 20 })
        // What is compiled and allocated the first time is not what is measured.
        await bystander(server, path, repeated(message, count >> 3), senders)
        runs[contender].push(await bystander(server, path, repeated(message, count), senders))
        await server.stop()
      }
    }
    const sides = Object.entries(runs).map(([name, values]) => {
      const of = (field) => round(median(values.map((value) => value[field])))
      return [name, { p99: of('p99'), longest: of('longest') }]
    })
    rows.push({ what, milliseconds: Object.fromEntries(sides) })
    log(JSON.stringify(rows.at(-1)))
  }
  return rows
}

async function bystander({ port }, path, bytes, senders) {
  const attackers = await Promise.all(Array.from({ length: senders }, () => opened(port, path)))
  const client = await opened(port)
  const small = frame(Buffer.alloc(16), false)
  const attack = { over: false }
  const ended = Promise.all(attackers.map((attacker) => answered(attacker, bytes)))
  const all = ended.then(() => (attack.over = true))
  const waits = []
  while (!attack.over) {
    const began = performance.now()
    client.write(small)
    await once(client, 'data')
    waits.push(performance.now() - began)
    await delay(1)
  }
  await all
  client.destroy()
  for (const attacker of attackers) attacker.destroy()
  const sorted = waits.toSorted((a, b) => a - b)
  return { p99: sorted[Math.floor((sorted.length - 1) * 0.99)], longest: sorted.at(-1) }
}

/** Sends all of it, and waits for the pong behind it: or for the end, as a server may have had enough. */
async function answered(attacker, bytes) {
  const pong = new Promise((resolve) => {
    let end = Buffer.alloc(0)
    attacker.on('data', (chunk) => {
      const seen = Buffer.concat([end, chunk])
      if (seen.includes(token)) resolve()
      end = seen.subarray(-token.length)
    })
    attacker.once('close', resolve)
    setTimeout(resolve, 60_000).unref()
  })
  attacker.write(bytes)
  attacker.write(ping)
  await pong
}

function repeated(bytes, times) {
  return Buffer.concat(Array.from({ length: times }, () => bytes))
}
