/** One process and two, on all cores of the machine, which they share with the generator. */
import { existsSync } from 'node:fs'
import { nodeBinary } from '../../scripts/machine.mjs'
import { contenders } from '../contenders.mjs'
import { measure } from '../measurement.mjs'
import { here } from '../paths.mjs'
import { startServer } from '../server-process.mjs'

const workloads = {
  'echo of 64 B': ['--mode', 'echo', '--conns', 64, '--size', 64],
  'pipelined, 16 in flight': ['--mode', 'echo', '--conns', 64, '--size', 64, '--depth', 16],
}
const processes = 2
const core = 'all'

/** One that has `reusePort`: this Node, or else the newest that `npm test` has put into .cache. */
const [node, nodeMajor] =
  [
    [process.execPath, Number(process.versions.node.split('.')[0])],
    ...[26, 24].map((major) => [nodeBinary(major).file, major]),
  ].find(([file, major]) => major >= 24 && existsSync(file)) ?? []

const ways = {
  'one process': (name) => startServer(name, {}, { core }),
  'two, node:cluster': inCluster,
  [`two, reusePort${nodeMajor ? ` (Node ${nodeMajor})` : ''}`]: sharingPort,
}

export async function allCores(options) {
  const points = []
  for (const [load, args] of Object.entries(workloads)) {
    for (const [way, start] of Object.entries(ways)) {
      const workload = { args, start, core }
      const results = await measure(workload, options.contenders, options)
      const what = `${load}: ${way}`
      points.push({ group: load, what, results })
      options.log(what, results)
    }
  }
  return points
}

function inCluster(name) {
  const [program, ...args] = contenders[name].command
  if (program !== process.execPath) throw new Error('its server is not of node:cluster')
  const command = [program, here('servers/cluster.mjs'), ...args, String(processes)]
  return startServer(name, {}, { core, command })
}

async function sharingPort(name) {
  const [program, ...args] = contenders[name].command
  if (name === 'c') throw new Error('has no such option')
  const isNode = program === process.execPath
  if (isNode && !node) throw new Error('needs a newer Node; npm test puts one into .cache')
  const command = [isNode ? node : program, ...args]
  const first = await startServer(name, { reusePort: true }, { core, command })
  const settings = { reusePort: true, port: first.port }
  const second = await startServer(name, settings, { core, command }).catch(async (error) => {
    await first.stop()
    throw error
  })
  return {
    port: first.port,
    pids: [...first.pids, ...second.pids],
    stop: () => Promise.all([first.stop(), second.stop()]),
  }
}
