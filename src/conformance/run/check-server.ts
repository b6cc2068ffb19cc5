import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { allCases } from '../cases/all.ts'
import type { Report } from '../report/report.ts'
import { makeReport } from '../report/report.ts'
import type { CaseResult } from '../verdict.ts'
import { openAsClient } from '../wire/open-as-client.ts'
import { Session } from '../wire/session.ts'
import { runCase, type RunSettings } from './run-case.ts'
import { type CheckOptions, type Run, runsOf, selectCases, settingsOf } from './select-cases.ts'

export interface ServerCheckOptions extends CheckOptions {
  /** Accept any certificate. */
  readonly insecure?: boolean
  readonly ca?: string | Buffer
}

/** The server could not be tested at all. */
export class ConnectionRefused extends Error {}

/**
 * Tests a server that echoes: sends every case over a connection of its own.
 * @throws {ConnectionRefused} when it cannot be connected to, or does not echo.
 */
export async function checkServer(url: URL, options: ServerCheckOptions = {}): Promise<Report> {
  const startedAt = new Date()
  await probe(url, options)
  const deflate = await hasDeflate(url, options)
  const settings = settingsOf(options)
  const results: CaseResult[] = []
  const runs = runsOf(selectCases(allCases, 'server', options), options)
  const queue = [...runs]
  // Those that wait go first: they wait while the others work.
  queue.sort((a, b) => (b.one.patience ?? 0) - (a.one.patience ?? 0))
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await attempt(next, url, options, { ...settings, deflate })
      results.push(result)
      options.progress?.(result, results.length, runs.length)
    }
  }
  await Promise.all(Array.from({ length: options.jobs ?? 8 }, work))
  return makeReport({ role: 'server', subject: url.href, startedAt, results, runs })
}

/**
 * A reset of the transport can overtake the close frame that went before it. Which of them wins is the
 * kernel's choice: such a case is run again before it is judged.
 */
async function attempt(
  run: Run,
  url: URL,
  options: ServerCheckOptions,
  settings: RunSettings,
): Promise<CaseResult> {
  const endpoint = { role: 'server', url, open: () => open(url, options) } as const
  for (let tries = 1; ; tries++) {
    const result = await runCase(run, endpoint, settings)
    const wasReset = result.findings.some(({ text }) => text.includes('(reset)'))
    if (!wasReset || tries === 3) return result
  }
}

/** One message there and back, before a thousand cases say the same. */
async function probe(url: URL, options: ServerCheckOptions): Promise<void> {
  const session = new Session(await open(url, options), 'client')
  const { patience } = settingsOf(options)
  try {
    const opened = await openAsClient(session, url, {}, patience)
    if (opened.kind === 'refused') {
      const status = opened.status === 0 ? 'no answer' : `status ${opened.status}`
      throw new ConnectionRefused(`${url.href} does not open a WebSocket: ${status}`)
    }
    if (opened.kind !== 'open') return
    session.send([{ opcode: 1, payload: 'tidewire check' }])
    await session.wait(() => session.heard.messages.length > 0 || session.over, patience)
    const [first] = session.heard.messages
    if (first && Buffer.from(first.payload).toString() === 'tidewire check') return
    throw new ConnectionRefused(
      `${url.href} does not echo what it is sent; check needs an endpoint that does`,
    )
  } finally {
    session.destroy()
  }
}

/** Whether it takes permessage-deflate when it is offered in the simplest way. */
async function hasDeflate(url: URL, options: ServerCheckOptions): Promise<boolean> {
  const session = new Session(await open(url, options), 'client')
  const opening = { deflate: [{}] }
  const opened = await openAsClient(session, url, opening, settingsOf(options).patience)
  session.destroy()
  return opened.kind === 'open' || opened.kind === 'wrong'
}

function open(url: URL, { insecure = false, ca }: ServerCheckOptions): Promise<Socket> {
  const secure = url.protocol === 'wss:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(url.port || (secure ? 443 : 80))
  return new Promise((resolve, reject) => {
    // `allowHalfOpen`: an end is something that cases see and do for themselves.
    const tcp = connectTcp({ host, port, allowHalfOpen: true })
    const trust = { rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca }) }
    const socket = secure ? overTls(tcp, host, trust) : tcp
    const failed = ({ message }: Error): void =>
      reject(new ConnectionRefused(`cannot connect to ${url.href}: ${message}`))
    const opened = secure ? 'secureConnect' : 'connect'
    socket.once(opened, () => resolve(socket.off('error', failed)))
    socket.once('error', failed)
  })
}

function overTls(tcp: Socket, host: string, trust: ConnectionOptions): Socket {
  // A server name is never an address (RFC 6066 §3).
  const name = isIP(host) ? { host } : { host, servername: host }
  const socket = connectTls({ ...trust, ...name, socket: tcp })
  // Node's TLS sockets have nothing that resets what is under them.
  return Object.assign(socket, { resetAndDestroy: () => tcp.resetAndDestroy() && socket })
}
