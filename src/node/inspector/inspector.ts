import { performance } from 'node:perf_hooks'
import type { Recording } from '../../inspect/index.ts'
import { feedProtocol } from '../../inspect/index.ts'
import type { HttpRequest } from '../http-request.ts'
import { type ListeningServer, serve } from '../serve.ts'
import type { ServerSocket } from '../server-socket.ts'
import { checkOrigin } from '../../core/index.ts'
import { AccessToken } from './access-token.ts'
import { DevToolsSession } from './devtools-session.ts'
import { discovery } from './discovery.ts'
import { download } from './downloads.ts'
import { FeedSession } from './feed-session.ts'
import { PageFiles } from './page-files.ts'
import { onlyGet, refusal } from './refusals.ts'
import { atLeisure, briefly, type Session } from './session.ts'
import type { Subject } from './subject.ts'

/** The origin of DevTools in Chrome. */
const devTools = 'devtools://devtools'
/** Where it connects, with the token behind it. */
const devToolsPath = '/devtools/'

/** Milliseconds between the rounds in which pages are told what has happened. */
const roundTime = 50

/**
 * The inspector of a recording: a page on loopback, the feed behind it, and downloads. All of it but the
 * files of the page, which hold no secret, asks for the token in its URL; names and origins are judged as
 * for any server on loopback, so that no page of another site gets anywhere.
 */
export class Inspector implements AsyncDisposable {
  /** All that is kept. */
  readonly recording: Recording
  readonly #subject: Subject
  readonly #stop: () => void
  readonly #token = new AccessToken()
  readonly #page = PageFiles.built()
  readonly #sessions = new Set<Session>()
  /** While somebody looks on. */
  #timer: NodeJS.Timeout | undefined
  #lastRound = performance.eventLoopUtilization()
  #server: ListeningServer<Session | undefined> | undefined

  private constructor(recording: Recording, subject: Subject, stop: () => void) {
    this.recording = recording
    this.#subject = subject
    this.#stop = stop
  }

  /**
   * @internal
   * @param stop Stops the recording.
   * @throws {TidewireError} `ERR_LISTEN`, or `ERR_PAGE_NOT_BUILT` where the page has not been built.
   */
  static async start(
    recording: Recording,
    subject: Subject,
    port: number,
    stop: () => void,
  ): Promise<Inspector> {
    const inspector = new Inspector(recording, subject, stop)
    inspector.#server = await serve<Session | undefined>({
      port,
      protocols: [feedProtocol],
      // DevTools is no page, and no page can pass for it.
      origins: (origin, fields) =>
        origin === devTools || checkOrigin(fields, 'same-origin') === undefined,
      // What is asked for in one piece may be as large as a payload that is kept, in base64.
      limits: { message: 32 << 20, buffered: 64 << 20 },
      upgrade: (request) => inspector.#refusalOf(request),
      open: (socket, { request }) => inspector.#opened(socket, request.path),
      message: ({ data }, message) => data?.received(message),
      close: ({ data }) => data && inspector.#closed(data),
      request: (request) => inspector.#respond(request),
    })
    return inspector
  }

  /** Where a browser sees it; with the token, so it is a secret. */
  get url(): string {
    return `${this.#server!.url}#token=${this.#token.text}`
  }

  /** Ends the recording and the page; what was recorded stays readable. */
  async close(): Promise<void> {
    this.#stop()
    await this.#server!.close({ timeout: 1000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #refusalOf({ path, searchParams }: HttpRequest): Response | undefined {
    if (path.startsWith(devToolsPath)) {
      return admitted(path.slice(devToolsPath.length), this.#token)
    }
    if (path !== '/feed') return refusal(404, 'the feed is at /feed')
    return admitted(searchParams.get('token'), this.#token)
  }

  #opened(socket: ServerSocket<Session | undefined>, path: string): void {
    const { recording } = this
    const inspected = { recording, subject: this.#subject, clear: () => this.#clear() }
    const session =
      path === '/feed' ? new FeedSession(socket, inspected) : new DevToolsSession(socket, recording)
    socket.data = session
    this.#sessions.add(session)
    this.#timer ??= setInterval(() => this.#round(), roundTime)
  }

  #round(): void {
    const now = performance.eventLoopUtilization()
    const { idle, active } = performance.eventLoopUtilization(now, this.#lastRound)
    this.#lastRound = now
    for (const one of this.#sessions) one.round(idle > active ? atLeisure : briefly)
  }

  #closed(session: Session): void {
    this.#sessions.delete(session)
    session.closed()
    if (this.#sessions.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #clear(): void {
    this.recording.clear()
    for (const session of this.#sessions) session.cleared()
  }

  #respond(request: HttpRequest): Response {
    const { path, searchParams } = request
    if (!/^\/(recording\.|json(\/|$))/.test(path)) return this.#page.respond(request)
    const refused = admitted(searchParams.get('token'), this.#token) ?? onlyGet(request)
    if (refused) return refused
    const { host } = new URL(request.url)
    return (
      download(path, this.recording, searchParams.getAll('connection')) ??
      discovery(path, host, devToolsPath + this.#token.text, this.#subject) ??
      refusal(404, 'a recording is to be had as .har, .pcapng or .jsonl')
    )
  }
}

/** The refusal of a request that does not have the token. */
function admitted(text: string | null, token: AccessToken): Response | undefined {
  if (token.admits(text)) return undefined
  return refusal(403, 'the token is wrong: open the URL that the inspector printed')
}
