/** Measures a workload with each contender in turn, and sums it up. */
import { load } from './generator.mjs'
import { startServer } from './server-process.mjs'
import { median, round, spread } from './statistics.mjs'
import { contenders } from './contenders.mjs'

/** With whom the others are compared. */
export const yardstick = 'ws'

/**
 * Rounds of one run of each, so that what disturbs the machine for a while disturbs all of them. A contender
 * that cannot do it is left out of later rounds, and the summary says why.
 */
export async function measure(workload, names, { rounds, ...options }) {
  const runs = Object.fromEntries(names.map((name) => [name, []]))
  const unable = {}
  for (let turn = 0; turn < rounds; turn++) {
    for (const name of names) {
      if (unable[name]) continue
      const run = attempt(name, workload, options)
      await run.then(
        (figures) => runs[name].push(figures),
        ({ message }) => (unable[name] = message),
      )
    }
  }
  return summarize(runs, unable, workload)
}

/** One run against a fresh server. A workload may have arguments, and a way to start, for each contender. */
async function attempt(name, workload, { seconds, generator }) {
  const { args, settings, start = startServer, core, urgency } = workload
  const { missing, generator: own = [] } = contenders[name]
  const reason = missing?.()
  if (reason) throw new Error(reason)
  const asked = typeof args === 'function' ? args(name) : args
  const server = await start(name, settings, { urgency })
  try {
    const all = ['--dur', seconds, '--warm', 1, ...asked, ...own]
    const run = await load(server, all, { generator, core, urgency })
    if (asked.includes('--deflate') && run.ext === 0) throw new Error('does not compress')
    return run
  } finally {
    await server.stop()
  }
}

/** For each contender its medians and how many times better it is than ws, or why there are none. */
export function summarize(runs, unable, { memory = false }) {
  const cost = memory ? 'bytes_per_conn' : 'srv_us_msg'
  const summaries = Object.entries(runs).map(([name, own]) => {
    if (unable[name]) return [name, { unable: unable[name] }]
    const middle = (field) => median(own.map((run) => run[field]))
    const figures = memory
      ? { bytesPerConnection: Math.round(middle('bytes_per_conn')) }
      : {
          messagesPerSecond: Math.round(middle('msgs_s')),
          cpuMicrosecondsPerMessage: round(middle('srv_us_msg')),
          p50Microseconds: Math.round(middle('p50_us')),
          p99Microseconds: Math.round(middle('p99_us')),
          serverCpu: round(middle('srv_cpu')),
          generatorCpu: round(middle('load_cpu')),
        }
    const measured = runs[yardstick]?.length > 0 && !unable[yardstick]
    if (!measured) return [name, figures]
    // Run by run with the one of ws beside it: costs are moved less by noise than rates are.
    const ratios = own.map((run, i) => runs[yardstick][i][cost] / run[cost])
    return [name, { ...figures, ratio: round(median(ratios)), spread: spread(ratios) }]
  })
  return Object.fromEntries(summaries)
}
