import { type Command, CommandError, ExitCode, UsageError } from '../command.ts'
import { urlDetails } from '../connection-options.ts'
import { documented, type Manual } from '../manual.ts'
import { painter } from '../paint.ts'
import { StatusLine } from '../status-line.ts'
import { untilSignalled } from '../until-signalled.ts'
import { benchFlags, type BenchSettings, readBenchSettings } from './bench-options.ts'
import { benchProgress, type BenchResults, benchResults, benchText } from './bench-output.ts'
import { checkOpenFiles, mostOpenFiles } from './file-limit.ts'
import type { ErrorCount } from './error-counts.ts'
import { LoadThreads } from './load-threads.ts'

const details = `
${urlDetails}

--mode says what the server does with a message:

  echo      sends it back, unchanged, which is checked
  answer    answers with one message of any content
  send      takes it; it counts when a ping behind it is answered, that is when it has been read
  receive   sends of its own accord: nothing is sent, and what comes is counted

Without --rate the loop is closed: the server sets the pace. With it the loop is open, and latency counts
from when a message was to be sent, also where the server held it up: a server that stalls is charged for
all that it delayed. What has no answer in the end counts with the time it has waited. Percentiles
are never too low, and at most 0.8 % too high. Ctrl-C ends it with the results so far.

The generator needs processor time as well: what it used is shown, and a warning where it may have been
slower than the server. With --rate it waits actively, and by how much it was late in sending says more.`

const manual: Manual = {
  name: 'bench',
  summary: 'load against any WebSocket server: throughput and latency',
  usage: [['[options] <url>']],
  options: [
    ['', benchFlags.load],
    ['For the connections:', benchFlags.connection],
  ],
  details,
  examples: [
    'tidewire bench ws://127.0.0.1:8080/echo',
    'tidewire bench --connections 1000 --rate 20000 --duration 60 wss://example.com/echo',
    'tidewire bench --depth 16 --size 1024 --binary --threads 2 ws://127.0.0.1:8080/echo',
    `tidewire bench --mode answer --message '{"op":"ping"}' wss://example.com/api`,
    'tidewire bench --json ws://127.0.0.1:8080/echo > results.json',
  ],
  exitCodes:
    '0 measured, 1 no connection could be opened, 2 wrong usage, 3 measured, but some connections ' +
    'failed, were closed, or messages came back changed or not at all',
}

export const benchCommand: Command = documented(manual, async (args) => {
  const settings = readBenchSettings(args)
  checkOpenFiles(settings.connections, mostOpenFiles())
  const results = await measure(settings)
  const { stdout } = process
  stdout.write(
    settings.json
      ? `${JSON.stringify(results, undefined, 2)}\n`
      : benchText(results, painter(stdout.isTTY)),
  )
  return results.errors.length > 0 || results.unanswered > 0 ? ExitCode.ended : ExitCode.done
})

/** Milliseconds between two lines of the live display. */
const showEvery = 500

async function measure(settings: BenchSettings): Promise<BenchResults> {
  const threads = new LoadThreads(settings.load, settings.connections, settings.threads)
  const line = new StatusLine(process.stderr)
  const showing = setInterval(() => line.show(benchProgress(threads.summary)), showEvery)
  let interrupted = false
  void untilSignalled().then(() => {
    interrupted = true
    threads.stop()
  })
  try {
    await threads.opened()
    const { open, errors } = threads.summary
    const [first] = errors.list
    if (open === 0 && first) throw unopened(first)
    await threads.run()
    return benchResults(settings, threads.summary, interrupted)
  } finally {
    clearInterval(showing)
    line.clear()
    threads.stop()
    await threads.ended()
  }
}

function unopened({ code, message }: ErrorCount): Error {
  const usage = code === 'ERR_OPTION' || code === 'ERR_CONNECT_URL'
  return usage ? new UsageError(message) : new CommandError(message)
}
