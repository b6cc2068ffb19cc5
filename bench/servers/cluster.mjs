/** `cluster.mjs <program> <workers> <settings>`: several processes of a server behind one port. */
import cluster from 'node:cluster'
import { once } from 'node:events'

const [program, count, settings] = process.argv.slice(2)
cluster.setupPrimary({ exec: program, args: [settings], silent: true })
const workers = Array.from({ length: Number(count) }, () => cluster.fork())
const addresses = await Promise.all(workers.map((worker) => once(worker, 'listening')))
const [{ port }] = addresses[0]
// The primary takes the connections and hands them out, so it belongs to the cost.
console.log([port, process.pid, ...workers.map((worker) => worker.process.pid)].join(' '))
