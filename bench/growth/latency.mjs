/** How long an echo takes when the server is half busy. */
import { measure } from '../measurement.mjs'

const echo = ['--mode', 'echo', '--conns', 64, '--size', 64]

/**
 * First the most that each can do, then half of that for each, then for all of them half of what the slowest
 * can do: the one compares servers as busy as each other, the other with the same work. Messages are sent when
 * they are due whether answers come or not, and latency counts from then. Half busy is before all other work on
 * the machine, where that is allowed: else its time slices are what a p99 shows.
 */
export async function halfBusy(options) {
  const points = []
  const step = async (what, args, urgency) => {
    const results = await measure({ args, urgency }, options.contenders, options)
    points.push({ what, results })
    options.log(what, results)
    return results
  }
  const most = await step('at the maximum rate', echo)
  const half = (name) => Math.round((most[name].messagesPerSecond ?? 0) / 2)
  const rates = options.contenders.map(half).filter((rate) => rate > 0)
  const least = Math.min(...rates)
  await step(
    'at half of its own maximum',
    (name) => [...echo, '--rate', half(name) || least],
    'real-time',
  )
  await step('all at half of the least maximum', [...echo, '--rate', least], 'real-time')
  return points
}
