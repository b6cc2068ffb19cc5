import {
  allCases,
  checkClient,
  checkServer,
  compareReports,
  ConnectionRefused,
  type CheckOptions,
  type Report,
} from '../conformance/index.ts'
import { OptionError } from '../node/index.ts'
import { checkFlags, readCheckSettings, type Subject } from './check-options.ts'
import { Progress, summary, writeReports } from './check-output.ts'
import { type Command, CommandError, ExitCode, UsageError } from './command.ts'
import { documented, type Manual } from './manual.ts'
import { untilSignalled } from './until-signalled.ts'

const details = `
A case is what we send and what the specification lets the endpoint answer. Verdicts: pass;
non-strict, where the specification says SHOULD; informational, where it leaves things open; fail,
where it says MUST; not supported, where an extension was declined.

A client under test connects to /getCaseCount, gets the number of cases N as a text message, then
connects to /runCase?case=1&agent=NAME up to case=N and echoes what comes, then to
/updateReports?agent=NAME. Drivers for the Autobahn testsuite do just that.`

const manual: Manual = {
  name: 'check',
  summary: 'a conformance suite for any server or client',
  usage: [
    ['[options] <url>', 'test a server that echoes every message'],
    ['[options] --listen <port>', 'test a client, which echoes every message'],
  ],
  options: [['', checkFlags]],
  details,
  examples: [
    'tidewire check ws://127.0.0.1:8080/echo',
    "tidewire check --only '6.*' --only 7.1.3 --html report.html ws://127.0.0.1:8080/echo",
    'tidewire check --listen 9001 --junit report.xml',
  ],
  exitCodes: '0 no case fails, 1 some do, 2 wrong usage, 3 could not connect, or listen',
}

export const checkCommand: Command = documented(manual, async (args) => {
  const { subject, options, files, baseline } = readCheckSettings(args)
  if (!subject) return list()
  const progress = new Progress(process.stderr)
  const watched: CheckOptions = {
    ...options,
    progress: (...step) => progress.update(...step),
  }
  try {
    const report = await test(subject, watched)
    progress.clear()
    const changes = baseline && compareReports(baseline, report)
    process.stdout.write(summary(report, changes))
    writeReports(report, changes, files)
    return report.counts.fail > 0 ? ExitCode.failed : ExitCode.done
  } catch (error) {
    progress.clear()
    if (error instanceof OptionError) throw new UsageError(`--${error.message}`)
    if (!(error instanceof ConnectionRefused)) throw error
    process.stderr.write(`tidewire: ${error.message}\n`)
    return ExitCode.ended
  }
})

function list(): number {
  const lines = allCases.map(({ id, severity = 'MUST', role = 'both', title, clause }) =>
    [id.padEnd(9), severity.padEnd(13), role.padEnd(6), `${title} [${clause}]`].join(' '),
  )
  process.stdout.write(`${lines.join('\n')}\n`)
  return ExitCode.done
}

async function test(subject: Subject, options: CheckOptions): Promise<Report> {
  if (subject.role === 'server') {
    const { url, insecure, ca } = subject
    return checkServer(url, { ...options, insecure, ...(ca ? { ca } : {}) })
  }
  const { port, host } = subject
  const check = await checkClient({ port, host }, options).catch((error: unknown) => {
    if (error instanceof OptionError) throw error
    throw new ConnectionRefused(
      `cannot listen on ${host} port ${port}: ${(error as Error).message}`,
    )
  })
  process.stderr.write(`${check.cases} cases await a client on ws://${host}:${check.port}\n`)
  // Stopped by hand, it reports what there is.
  const stopped = untilSignalled().then(() => check.soFar())
  const report = await Promise.race([check.report, stopped])
  await check.close()
  if (report.results.length === 0) throw new CommandError('no case was run')
  return report
}
