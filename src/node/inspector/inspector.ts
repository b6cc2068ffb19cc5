import type { Recording } from '../../inspect/index.ts'
import { feedProtocol } from '../../inspect/index.ts'
import { type ListeningServer, serve } from '../serve.ts'
import type { ServerSocket } from '../server-socket.ts'
import { checkOrigin } from '../../core/index.ts'
import { AccessToken } from './access-token.ts'
import { DevToolsSession } from './devtools-session.ts'
import { discovery } from './discovery.ts'
import { download } from './downloads.ts'
import { FeedSession, type Inspected } from './feed-session.ts'
import { PageFiles } from './page-files.ts'
import { onlyGet, refusal } from './refusals.ts'
import type { Session } from './session.ts'
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
  /** Where a browser sees it; with the token, so it is a secret. */
  readonly url: string
  readonly #server: ListeningServer<Session | undefined>
  readonly #stop: () => void

  private constructor(
    recording: Recording,
    url: string,
    server: ListeningServer<Session | undefined>,
    stop: () => void,
  ) {
    this.recording = recording
    this.url = url
    this.#server = server
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
    const token = new AccessToken()
    const page = PageFiles.built()
    const sessions = new Set<Session>()
    const inspected: Inspected = {
      recording,
      subject,
      clear() {
        recording.clear()
        for (const session of sessions) session.cleared()
      },
    }
    let timer: NodeJS.Timeout | undefined
    const server = await serve<Session | undefined>({
      port,
      protocols: [feedProtocol],
      // DevTools is no page, and no page can pass for it.
      origins: (origin, fields) =>
        origin === devTools || checkOrigin(fields, 'same-origin') === undefined,
      // What is asked for in one piece may be as large as a payload that is kept, in base64.
      limits: { message: 32 << 20, buffered: 64 << 20 },
      upgrade(request) {
        const { path } = request
        if (path.startsWith(devToolsPath)) {
          return admitted(path.slice(devToolsPath.length), token)
        }
        if (path !== '/feed') return refusal(404, 'the feed is at /feed')
        return admitted(request.searchParams.get('token'), token)
      },
      open(socket: ServerSocket<Session | undefined>, { request }) {
        const session = (socket.data =
          request.path === '/feed'
            ? new FeedSession(socket, inspected)
            : new DevToolsSession(socket, recording))
        sessions.add(session)
        timer ??= setInterval(() => {
          for (const one of sessions) one.round()
        }, roundTime)
      },
      message: (socket, message) => socket.data?.received(message),
      close({ data }) {
        if (!data) return
        sessions.delete(data)
        data.closed()
        if (sessions.size > 0) return
        clearInterval(timer)
        timer = undefined
      },
      request(request) {
        const { path, searchParams } = request
        if (!/^\/(recording\.|json(\/|$))/.test(path)) return page.respond(request)
        const refused = admitted(searchParams.get('token'), token) ?? onlyGet(request)
        if (refused) return refused
        return (
          download(path, recording, searchParams.getAll('connection')) ??
          discovery(path, new URL(request.url).host, devToolsPath + token.text, subject) ??
          refusal(404, 'a recording is to be had as .har, .pcapng or .jsonl')
        )
      },
    })
    return new Inspector(recording, `${server.url}#token=${token.text}`, server, stop)
  }

  /** Ends the recording and the page; what was recorded stays readable. */
  async close(): Promise<void> {
    this.#stop()
    await this.#server.close({ timeout: 1000 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/** The refusal of a request that does not have the token. */
function admitted(text: string | null, token: AccessToken): Response | undefined {
  if (token.admits(text)) return undefined
  return refusal(403, 'the token is wrong: open the URL that the inspector printed')
}
