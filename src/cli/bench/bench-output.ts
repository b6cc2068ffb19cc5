import type { Paint } from '../paint.ts'
import { printable } from '../printable.ts'
import { wrapped } from '../wrapped.ts'
import type { BenchSettings } from './bench-options.ts'
import type { ErrorCount } from './error-counts.ts'
import { type LatencyHistogram, percentileError } from './latency-histogram.ts'
import type { LoadSummary } from './load-threads.ts'

/** Durations in whole microseconds; `null` where there are none. */
interface Durations {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly 'p99.9': number
  readonly max: number
}

/** What `--json` prints. */
export interface BenchResults {
  readonly url: string
  readonly mode: string
  readonly connections: { readonly wanted: number; readonly opened: number }
  readonly threads: number
  /** `null` in a closed loop. */
  readonly rate: number | null
  /** `null` in an open loop. */
  readonly depth: number | null
  readonly messageBytes: number
  readonly seconds: number
  readonly interrupted: boolean
  readonly messages: number
  readonly messagesPerSecond: number
  readonly bytesPerSecond: number
  readonly unanswered: number
  readonly latencyMicroseconds: Durations | null
  readonly connectMicroseconds: Durations | null
  readonly percentileError: number
  readonly errors: readonly ErrorCount[]
  readonly generator: {
    readonly cores: number
    readonly busiestThread: number
    /** `null` in a closed loop. */
    readonly latenessMicroseconds: Durations | null
    readonly bottleneck: boolean
  }
}

export function benchResults(
  { connections, threads, load }: BenchSettings,
  seen: LoadSummary,
  interrupted: boolean,
): BenchResults {
  const { tally, elapsed, busy, cpu } = seen
  const { mode, rate, depth, message, destination } = load
  const seconds = elapsed / 1000
  const perSecond = (count: number): number => (seconds > 0 ? rounded(count / seconds) : 0)
  const open = rate !== undefined
  return {
    url: safeUrl(destination.url),
    mode,
    connections: { wanted: connections, opened: seen.connectTimes.count },
    threads,
    rate: rate ?? null,
    depth: open || mode === 'receive' ? null : depth,
    messageBytes: mode === 'receive' ? 0 : Buffer.byteLength(message),
    seconds: rounded(seconds),
    interrupted,
    messages: tally.messages,
    messagesPerSecond: perSecond(tally.messages),
    bytesPerSecond: perSecond(tally.bytes),
    unanswered: tally.unansweredMessages,
    latencyMicroseconds: durations(tally.latency),
    connectMicroseconds: durations(seen.connectTimes),
    percentileError,
    errors: seen.errors.list,
    generator: {
      cores: rounded(cpu),
      busiestThread: rounded(busy),
      latenessMicroseconds: open ? durations(tally.lateness) : null,
      bottleneck:
        elapsed > 0 && (open ? tally.lateness.percentile(0.99) > mostLateness : busy > mostBusy),
    },
  }
}

/** Milliseconds: an open loop that sends so late measures itself. */
const mostLateness = 1
/** A closed loop whose thread is hardly ever idle is as fast as itself. */
const mostBusy = 0.9

const widest = 100
const label = 13

/** The results for people. */
export function benchText(results: BenchResults, paint: Paint): string {
  const { connections, unanswered, errors, latencyMicroseconds, connectMicroseconds } = results
  const lost = connections.wanted - connections.opened
  const row = (name: string, text: string): string[] =>
    wrapped(text, label, widest).map((line, at) =>
      at === 0 ? paint('bold', name.padEnd(label)) + line.slice(label) : line,
    )
  const lines = [
    ...wrapped(setting(results), 0, widest),
    '',
    ...row('throughput', throughput(results)),
    ...(latencyMicroseconds ? row('latency', spread(latencyMicroseconds)) : []),
    ...(connectMicroseconds ? row('connecting', spread(connectMicroseconds)) : []),
    ...row('generator', generator(results)),
    ...(lost > 0 ? row('not opened', `${lost} connections`) : []),
    ...(unanswered > 0
      ? row('unanswered', `${thousands(unanswered)} messages; they count with the time they waited`)
      : []),
    ...errors.flatMap(({ code, count, message }) =>
      row('error', `${paint('red', code)} ${thousands(count)} times: ${printable(message)}`),
    ),
  ]
  if (results.generator.bottleneck) lines.push('', ...wrapped(bottleneck(results), 0, widest))
  if (results.interrupted) lines.push('', 'Interrupted: these are the results so far.')
  return `${lines.join('\n')}\n`
}

/** How it is going, in one line. */
export function benchProgress({ open, elapsed, tally }: LoadSummary): string {
  const { latency } = tally
  if (elapsed === 0) return `${open} connections open`
  const rate = thousands(Math.round((tally.messages * 1000) / elapsed))
  const [p50, p99] = [latency.percentile(0.5), latency.percentile(0.99)].map((one) =>
    duration(microseconds(one)),
  )
  const spreadNow = latency.count > 0 ? `, p50 ${p50}, p99 ${p99}` : ''
  return `${(elapsed / 1000).toFixed(1)} s: ${rate} messages/s${spreadNow}, ${open} connections`
}

function setting(results: BenchResults): string {
  const { url, mode, connections, threads, rate, depth, messageBytes } = results
  const pace =
    rate !== null
      ? `${thousands(rate)} messages/s`
      : depth !== null
        ? `${depth} in flight on each`
        : 'receiving'
  const size = mode === 'receive' ? '' : `, ${thousands(messageBytes)} bytes each`
  const on = threads === 1 ? '1 thread' : `${threads} threads`
  return `${printable(url)}: ${mode}, ${connections.opened} connections, ${pace}${size}, ${on}`
}

function throughput(results: BenchResults): string {
  const { messages, messagesPerSecond, bytesPerSecond, seconds, rate } = results
  const wanted = rate !== null && messagesPerSecond < rate * 0.99 ? ` of ${thousands(rate)}` : ''
  const megabytes = (bytesPerSecond / 1e6).toFixed(2)
  const each = `${thousands(Math.round(messagesPerSecond))}${wanted} messages/s`
  return `${each}, ${megabytes} MB/s; ${thousands(messages)} messages in ${seconds.toFixed(2)} s`
}

function spread(times: Durations): string {
  return Object.entries(times)
    .map(([name, time]: [string, number]) => `${name} ${duration(time)}`)
    .join('   ')
}

function generator({
  generator: { cores, busiestThread, latenessMicroseconds },
}: BenchResults): string {
  const late = latenessMicroseconds
    ? `sent late by p50 ${duration(latenessMicroseconds.p50)}, p99 ${duration(latenessMicroseconds.p99)}`
    : `busiest thread ${Math.round(busiestThread * 100)} % busy`
  return `${cores.toFixed(2)} cores; ${late}`
}

function bottleneck({ threads }: BenchResults): string {
  return (
    'The generator itself may have been the bottleneck: the server may be faster than this says. ' +
    `Try --threads ${threads + 1}, or another machine.`
  )
}

function durations(times: LatencyHistogram): Durations | null {
  if (times.count === 0) return null
  const at = (share: number): number => microseconds(times.percentile(share))
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), 'p99.9': at(0.999), max: at(1) }
}

/** No finer than what the histogram and the clock of a busy process can tell. */
function microseconds(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds * 1000))
}

/** Three digits: more would be more than is known. */
function duration(time: number): string {
  if (time < 1000) return `${time} µs`
  const [amount, unit] = time < 1e6 ? [time / 1000, 'ms'] : [time / 1e6, 's']
  return `${amount < 1000 ? Number(amount.toPrecision(3)) : Math.round(amount)} ${unit}`
}

function rounded(number: number): number {
  return Math.round(number * 1000) / 1000
}

function thousands(number: number): string {
  return number.toLocaleString('en-US')
}

/** What is printed may be pasted elsewhere. */
function safeUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  url.username = url.password = ''
  return url.href
}
