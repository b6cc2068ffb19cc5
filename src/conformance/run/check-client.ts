import { createServer, type Server, type Socket } from 'node:net'
import { allCases } from '../cases/all.ts'
import type { Case } from '../case.ts'
import { makeReport, type Report } from '../report/report.ts'
import type { CaseResult, Verdict } from '../verdict.ts'
import { type Head, parseHead } from '../wire/head.ts'
import { openAsServer } from '../wire/open-as-server.ts'
import { Session } from '../wire/session.ts'
import { closeFrame } from './perform.ts'
import { runCase } from './run-case.ts'
import { type CheckOptions, type Run, runsOf, selectCases, settingsOf } from './select-cases.ts'

/** A server that tests the clients that connect to it. */
export interface ClientCheck {
  readonly port: number
  readonly cases: number
  /** Resolves when a client has asked for its report with `/updateReports`. */
  readonly report: Promise<Report>
  /** The report of what has been run so far. */
  soFar(): Report
  close(): Promise<void>
}

/** As the Autobahn testsuite writes them. */
const behaviors: Readonly<Record<Verdict, string>> = {
  pass: 'OK',
  'non-strict': 'NON-STRICT',
  informational: 'INFORMATIONAL',
  fail: 'FAILED',
  'not-supported': 'UNIMPLEMENTED',
}

/**
 * Starts a server for the paths that drivers for the Autobahn testsuite ask for: `/getCaseCount`,
 * `/runCase?case=N&agent=NAME`, `/getCaseInfo?case=N`, `/getCaseStatus?case=N&agent=NAME` and
 * `/updateReports?agent=NAME`.
 */
export async function checkClient(
  address: { readonly port: number; readonly host?: string },
  options: CheckOptions = {},
): Promise<ClientCheck> {
  const bench = new Bench(selectCases(allCases, 'client', options), options)
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    bench.meet(socket).catch(() => socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(address.port, address.host ?? '127.0.0.1', resolve)
  })
  const bound = server.address()
  return {
    port: typeof bound === 'object' ? (bound?.port ?? 0) : 0,
    cases: bench.count,
    report: bench.finished,
    soFar: () => bench.report(),
    close: () => {
      bench.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** What the connections of a client share. */
class Bench {
  readonly finished: Promise<Report>
  readonly #finish: (report: Report) => void
  readonly #runs: readonly Run[]
  readonly #options: CheckOptions
  readonly #startedAt = new Date()
  readonly #results = new Map<number, CaseResult>()
  readonly #keys = new Set<string>()
  readonly #sockets = new Set<Socket>()
  #agent = 'client'

  constructor(cases: readonly Case[], options: CheckOptions) {
    this.#options = options
    this.#runs = runsOf(cases, options)
    let finish: (report: Report) => void = () => {}
    this.finished = new Promise((resolve) => (finish = resolve))
    this.#finish = finish
  }

  get count(): number {
    return this.#runs.length
  }

  report(): Report {
    return makeReport({
      role: 'client',
      subject: this.#agent,
      startedAt: this.#startedAt,
      results: [...this.#results.values()],
      runs: this.#runs,
    })
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** A connection: the path says what it is for. */
  async meet(socket: Socket): Promise<void> {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
    const { patience } = settingsOf(this.#options)
    const session = new Session(socket, 'server')
    const text = await session.readHead(patience)
    if (text === undefined) return session.destroy()
    const head = this.#recognised(parseHead(text))
    const url = new URL(head.start.split(' ')[1] ?? '/', 'ws://suite')
    this.#agent = url.searchParams.get('agent') ?? this.#agent
    const number = Number(url.searchParams.get('case') ?? 0)
    const run = this.#runs[number - 1]
    if (url.pathname === '/runCase' && run) return this.#run(number, run, session, head)
    await openAsServer(session, head, {})
    const answer = this.#answer(url.pathname, number, run)
    if (answer !== undefined) session.send([{ opcode: 1, payload: answer }])
    session.send([closeFrame(1000)])
    await session.wait(() => session.over, patience)
    session.end()
    await session.wait(() => session.ended !== undefined, patience)
    session.destroy()
    if (url.pathname === '/updateReports') this.#finish(this.report())
  }

  async #run(number: number, run: Run, session: Session, request: Head): Promise<void> {
    const endpoint = { role: 'client', request, session } as const
    const result = await runCase(run, endpoint, settingsOf(this.#options))
    this.#results.set(number, result)
    this.#options.progress?.(result, this.#results.size, this.count)
  }

  #answer(path: string, number: number, run: Run | undefined): string | undefined {
    if (path === '/getCaseCount') return String(this.count)
    if (path === '/getCaseInfo' && run) {
      return JSON.stringify({ id: run.id, description: run.one.title })
    }
    const result = this.#results.get(number)
    if (path === '/getCaseStatus') {
      return JSON.stringify({ behavior: result ? behaviors[result.verdict] : 'UNKNOWN' })
    }
    return undefined
  }

  /** RFC 6455 §4.1 item 7: the key of each connection is new. */
  #recognised(head: Head): Head {
    const key = head.fields.get('sec-websocket-key') ?? ''
    const seenKey = this.#keys.has(key)
    this.#keys.add(key)
    return { ...head, seenKey }
  }
}
