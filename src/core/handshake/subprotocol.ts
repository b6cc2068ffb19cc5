import { LocalProtocolError, OptionError } from '../../errors/index.ts'
import { quoted } from './quoted.ts'
import { isToken, splitList } from './tokens.ts'

/** The server's subprotocols in its order of preference, or a function that picks one of those offered. */
export type SubprotocolChoice =
  | readonly string[]
  | ((offered: readonly string[]) => string | undefined)

/**
 * The subprotocols that a client offers, most wanted first; `undefined` when the field is malformed:
 * not tokens, none at all, or one twice (RFC 6455 §4.1 item 10). An absent field offers none.
 */
export function parseSubprotocols(value: string | undefined): string[] | undefined {
  if (value === undefined) return []
  const offered = splitList(value)
  return offered.length > 0 && areUniqueTokens(offered) ? offered : undefined
}

/**
 * The subprotocol to speak, of those offered; `undefined` when there is none in common, with which the
 * handshake goes on (RFC 6455 §4.2.2 item 5.5). A function is asked only when there are offers.
 * @throws {LocalProtocolError} `ERR_HANDSHAKE_SUBPROTOCOL` when the function picks one not offered.
 */
export function chooseSubprotocol(
  offered: readonly string[],
  choice: SubprotocolChoice,
): string | undefined {
  if (typeof choice !== 'function') return choice.find((protocol) => offered.includes(protocol))
  if (offered.length === 0) return undefined
  const chosen = choice(offered)
  if (chosen !== undefined && !offered.includes(chosen)) {
    throw new LocalProtocolError(
      'ERR_HANDSHAKE_SUBPROTOCOL',
      `the client did not offer the subprotocol ${quoted(chosen)}`,
    )
  }
  return chosen
}

/**
 * Refuses subprotocols that may not be sent (RFC 6455 §4.1 item 10).
 * @throws {OptionError}
 */
export function checkSubprotocols(protocols: readonly string[]): void {
  if (!areUniqueTokens(protocols)) {
    throw new OptionError('protocols', protocols.join(', '), 'tokens, none of them twice')
  }
}

function areUniqueTokens(protocols: readonly string[]): boolean {
  return protocols.every(isToken) && new Set(protocols).size === protocols.length
}
