import { type ClientSocket, connect, ConnectError, OptionError } from '../node/index.ts'
import { CommandError, UsageError } from './command.ts'
import type { Destination } from './connection-options.ts'

/**
 * Connects.
 * @throws {UsageError} when URL or options cannot be used.
 * @throws {CommandError} when there is no connection.
 */
export async function openSocket({ url, options }: Destination): Promise<ClientSocket> {
  try {
    return await connect(url, options)
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(error.message)
    if (!(error instanceof ConnectError)) throw error
    if (error.code === 'ERR_CONNECT_URL') throw new UsageError(error.message)
    throw new CommandError(`${error.message}${hint(error)}`)
  }
}

/** The library speaks of its options; these are the ones of the command line. */
function hint({ code, status }: ConnectError): string {
  if (code === 'ERR_CONNECT_TLS') return ' (tls.ca is --ca here; --insecure takes any certificate)'
  if (code === 'ERR_CONNECT_PROXY' || code === 'ERR_CONNECT_PROXY_AUTH') return ' (here: --proxy)'
  if (status === 401 || status === 403) return ' (here: --header and --origin)'
  return status !== undefined && status >= 300 && status < 400 ? ' (here: --redirects)' : ''
}
