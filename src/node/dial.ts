import { Attempt, type Dialled } from './attempt.ts'
import type { DialRequest } from './dial-request.ts'

/**
 * Opens a TCP or TLS connection and does the opening handshake on it (RFC 6455 §4.1).
 * @param signal Destroys the attempt at any moment; ignored once it has succeeded.
 * @throws {ConnectError} when there is no connection; the reason of `signal` when that is aborted.
 */
export async function dial(request: DialRequest, signal?: AbortSignal): Promise<Dialled> {
  signal?.throwIfAborted()
  const attempt = new Attempt(request, request.limits.handshakeTimeout)
  const onAbort = (): void => attempt.fail(signal?.reason)
  signal?.addEventListener('abort', onAbort)
  // A look-up of the program's has been called by now, and may have aborted.
  if (signal?.aborted) onAbort()
  try {
    return await attempt.done
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
