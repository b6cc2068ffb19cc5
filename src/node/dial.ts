import { Attempt, type Dialled } from './attempt.ts'
import { ConnectError } from './connect-error.ts'
import { endedFailure, timeoutFailure } from './connect-failure.ts'
import { cookieUrl } from './cookie-jar.ts'
import { deadline } from './deadline.ts'
import { deferred } from './deferred.ts'
import { type DialRequest, withCookies } from './dial-request.ts'
import { legToServer } from './leg.ts'
import { redirected } from './redirect.ts'

/** How long a program waits, for all redirects together. */
interface Patience {
  /** As `performance.now` counts. */
  readonly until: number
  readonly signal: AbortSignal | undefined
}

/**
 * Opens a TCP or TLS connection and does the opening handshake on it (RFC 6455 §4.1), where it is redirected
 * to in the end.
 * @param signal Destroys what there is at any moment; ignored once it has succeeded.
 * @throws {ConnectError} when there is no connection; the reason of `signal` when that is aborted; what the
 * program's cookie jar throws.
 */
export async function dial(first: DialRequest, signal?: AbortSignal): Promise<Dialled> {
  const patience = { until: performance.now() + first.limits.handshakeTimeout, signal }
  let request = first
  for (;;) {
    signal?.throwIfAborted()
    try {
      const { cookies } = request.options
      return await (cookies ? attemptWith(cookies, request, patience) : attempt(request, patience))
    } catch (error) {
      const next = error instanceof ConnectError ? redirected(request, error) : undefined
      if (!next) throw error
      request = next
    }
  }
}

function attempt(request: DialRequest, { until, signal }: Patience): Promise<Dialled> {
  const trying = new Attempt(request, until - performance.now())
  return unlessAborted(trying.done, signal, (reason) => trying.fail(reason))
}

/** Cookies come from the jar and go there, also those of an answer that is a refusal or a redirect. */
async function attemptWith(
  jar: NonNullable<DialRequest['options']['cookies']>,
  request: DialRequest,
  patience: Patience,
): Promise<Dialled> {
  const url = cookieUrl(request.url)
  const keep = async (cookies: readonly string[] = []): Promise<void> => {
    if (cookies.length > 0) await inTime(async () => jar.set(url, cookies), request, patience)
  }
  const cookies = await inTime(async () => jar.get(url), request, patience)
  let dialled: Dialled
  try {
    dialled = await attempt(cookies ? withCookies(request, cookies) : request, patience)
  } catch (error) {
    // What a proxy sets is not the server's.
    const answered = error instanceof ConnectError && error.phase === 'response'
    if (answered) await keep(error.headers?.getSetCookie())
    throw error
  }
  const { socket, head } = dialled
  try {
    await keep(head.fields.all('set-cookie'))
  } catch (error) {
    socket.destroy()
    throw error
  }
  // Nobody listens to it meanwhile.
  if (socket.destroyed) throw endedFailure(legToServer(request), 'response', 0)
  return dialled
}

/** What the jar answers, if it does so before the time is up. */
async function inTime<Value>(
  ask: () => Promise<Value>,
  request: DialRequest,
  { until, signal }: Patience,
): Promise<Value> {
  const { promise: tooLate, reject } = deferred<never>()
  const stop = deadline(until - performance.now(), () => {
    reject(timeoutFailure(legToServer(request), 'cookies', request.limits.handshakeTimeout))
  })
  try {
    return await unlessAborted(Promise.race([ask(), tooLate]), signal, reject)
  } finally {
    stop()
  }
}

async function unlessAborted<Value>(
  done: Promise<Value>,
  signal: AbortSignal | undefined,
  abort: (reason: unknown) => void,
): Promise<Value> {
  const onAbort = (): void => abort(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  // A function of the program's may have been called by now, and may have aborted.
  if (signal?.aborted) onAbort()
  try {
    return await done
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
