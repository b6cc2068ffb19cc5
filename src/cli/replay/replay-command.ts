import { setMaxListeners } from 'node:events'
import { type Command, CommandError, ExitCode } from '../command.ts'
import { urlDetails } from '../connection-options.ts'
import { documented, type Manual } from '../manual.ts'
import { openSocket } from '../open-socket.ts'
import { painter } from '../paint.ts'
import { printable } from '../printable.ts'
import { untilSignalled } from '../until-signalled.ts'
import { compareAnswers } from './compare-answers.ts'
import { readSession } from './read-session.ts'
import { replayConnection, type SessionClock, sessionClock } from './replay-connection.ts'
import { readReplaySettings, replayFlags, type ReplaySettings } from './replay-options.ts'
import { replayText } from './replay-output.ts'
import { type ConnectionResult, type ReplayResults, resultsJson } from './replay-results.ts'
import { type ReplayScript, replayScripts } from './replay-script.ts'

const details = `
The file is a HAR, of a browser or of --record, or the JSON lines of --record; - is stdin. What the client
sent is sent again on as many connections, each message at its time and not before the answers have
come that had come before it. The answers of the server are compared with the recorded ones in their order;
what cannot be compared, because it was cut or a secret was taken out, counts as the same. Ctrl-C ends it
with the results so far, which the exit code is about; answers that had no time to come are not missing.

The subprotocols are offered that were offered then, unless --subprotocol says otherwise; other headers
are those of the command line. ${urlDetails}`

const manual: Manual = {
  name: 'replay',
  summary: 'sends a saved session again and compares the answers',
  usage: [['[options] <file> <url>']],
  options: [
    ['', replayFlags.own],
    ['For the connections:', replayFlags.connection],
  ],
  details,
  examples: [
    'tidewire replay session.har ws://127.0.0.1:8080/chat',
    'tidewire replay --fast --ignore "**.time" --ignore id session.jsonl wss://staging.example/api',
    'tidewire replay --speed 4 --connection 2 --json saved.har ws://127.0.0.1:8080/',
  ],
  exitCodes:
    '0 the answers are the same, 1 they differ, 2 wrong usage, or a file that cannot be replayed, ' +
    '3 no connection could be opened',
}

export const replayCommand: Command = documented(manual, async (args) => {
  const settings = readReplaySettings(args)
  const session = await readSession(settings.file)
  const scripts = replayScripts(session, settings.connection)
  for (const note of session.notes) process.stderr.write(`tidewire: ${printable(note)}\n`)
  const results = await replay(scripts, settings)
  const { stdout } = process
  stdout.write(settings.json ? resultsJson(results) : replayText(results, painter(stdout.isTTY)))
  if (results.connections.every(({ refused }) => refused !== undefined)) return ExitCode.ended
  return results.same ? ExitCode.done : ExitCode.failed
})

async function replay(
  scripts: readonly ReplayScript[],
  settings: ReplaySettings,
): Promise<ReplayResults> {
  const stop = new AbortController()
  const { signal } = stop
  // Each connection listens, and each of its pauses.
  setMaxListeners(0, signal)
  void untilSignalled().then(() => stop.abort())
  const clock = sessionClock(signal)
  const connections = await Promise.all(
    scripts.map((script) => replayOne(script, settings, clock, signal)),
  )
  const same = connections.every((one) => one.same)
  return { same, interrupted: signal.aborted, connections }
}

async function replayOne(
  script: ReplayScript,
  { destination, ownProtocols, pace, comparison }: ReplaySettings,
  clock: SessionClock,
  stop: AbortSignal,
): Promise<ConnectionResult> {
  const { number: connection, url: recorded, openAt, answers: expected, protocols } = script
  const none = {
    connection,
    recorded,
    sent: 0,
    expected: expected.length,
    answers: 0,
    differences: [],
  }
  await clock.pause(openAt / pace.speed - clock.since())
  if (stop.aborted) return { ...none, same: true }
  const { url, options } = destination
  const own = ownProtocols ? {} : { protocols }
  try {
    const socket = await openSocket({ url, options: { ...options, ...own, signal: stop } })
    const seen = await replayConnection(socket, script, pace, clock, stop)
    const { sent, answers, serverClosed: got } = seen
    // What had no time to come is not missing.
    const due = expected.slice(0, Math.max(seen.awaited, answers.length))
    const differences = compareAnswers(due, answers, comparison)
    const { serverClosed = got } = script
    const closedAlike = stop.aborted || serverClosed === got
    return {
      connection,
      recorded,
      same: differences.length === 0 && closedAlike,
      sent,
      expected: expected.length,
      answers: answers.length,
      differences,
      ...(closedAlike ? {} : { closed: { expected: serverClosed, got } }),
    }
  } catch (error) {
    if (stop.aborted) return { ...none, same: true }
    if (!(error instanceof CommandError)) throw error
    return { ...none, same: false, refused: error.message }
  }
}
