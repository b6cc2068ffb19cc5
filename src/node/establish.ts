import { catalogue } from '../errors/index.ts'
import { isBadPort } from './bad-ports.ts'
import { ConnectError } from './connect-error.ts'
import { type ConnectUrl, placeOf } from './connect-url.ts'
import { deferred } from './deferred.ts'
import type { DialRequest } from './dial-request.ts'
import type { Dialled } from './attempt.ts'
import { dial } from './dial.ts'
import { unlessAborted } from './unless-aborted.ts'

/**
 * Connects as the WebSockets standard asks: to no bad port, and to each place one at a time.
 * @throws as `dial` does; {ConnectError} `ERR_CONNECT_PORT`.
 */
export async function establish(request: DialRequest, signal: AbortSignal): Promise<Dialled> {
  const { url } = request
  if (url.socketPath === undefined && isBadPort(url.port)) throw badPort(url)
  return inTurn(placeOf(url), signal, () => dial(request, signal))
}

function badPort(url: ConnectUrl): ConnectError {
  const what = `no connection to ${placeOf(url)}: the port belongs to another protocol`
  return new ConnectError('ERR_CONNECT_PORT', `${what}. ${catalogue.ERR_CONNECT_PORT.remedy}`)
}

/** For each place that somebody connects to, the end of the last one's turn. */
const lastTurns = new Map<string, Promise<void>>()

/**
 * RFC 6455 §4.1 item 2: no more than one connection to a host and port is CONNECTING. Names are taken for
 * different hosts, as is right where nobody knows their addresses.
 */
async function inTurn<Result>(
  place: string,
  signal: AbortSignal,
  act: () => Promise<Result>,
): Promise<Result> {
  const before = lastTurns.get(place)
  const { promise: done, resolve: end } = deferred<void>()
  const turn = before ? before.then(() => done) : done
  lastTurns.set(place, turn)
  void turn.then(() => {
    if (lastTurns.get(place) === turn) lastTurns.delete(place)
  })
  try {
    if (before) await unlessAborted(before, signal)
    return await act()
  } finally {
    end()
  }
}
