/** What a message or a connection costs as there are more of them. */
import { measure } from '../measurement.mjs'

const connections = [1, 10, 100, 1000, 10_000]

/** Cost of an echo of 64 B at 1 to 10,000 connections, one message in flight on each. */
export function overConnections(options) {
  const args = (count) => ['--mode', 'echo', '--conns', count, '--size', 64]
  return curve(connections, options, (count) => ({ args: args(count) }))
}

/** Cost of a message of 64 B delivered to each of 10 to 10,000 subscribers. */
export function overSubscribers(options) {
  const shape = (count) => ['--conns', count, '--size', 64, '--window', count < 10_000 ? 4 : 2]
  return curve(connections.slice(1), options, (count) => ({
    args: ['--mode', 'bcast', ...shape(count)],
  }))
}

/** RSS of a connection that has had one message answered, and is idle then. */
export function memory(options) {
  const idle = ['--mode', 'idle', '--touch', '--hold', 4, '--size', 64]
  const rounds = Math.min(3, options.rounds)
  return curve([1000, 3000, 10_000], { ...options, rounds }, (count) => ({
    args: [...idle, '--conns', count],
    memory: true,
  }))
}

async function curve(counts, options, workload) {
  const points = []
  for (const count of counts) {
    const results = await measure(workload(count), options.contenders, options)
    points.push({ count, results })
    options.log(count, results)
  }
  return points
}
