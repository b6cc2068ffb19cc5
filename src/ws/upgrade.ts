import type { IncomingMessage } from 'node:http'
import { isKey } from '../core/index.ts'
import { extension } from './extension.ts'
import { PerMessageDeflate, type PerMessageDeflateOptions } from './permessage-deflate.ts'
import type { Refusal } from './refusal.ts'
import { subprotocol } from './subprotocol.ts'
import type { Extensions } from './websocket.ts'

/** What a client asks for. */
export interface Upgrade {
  readonly key: string
  readonly version: number
  readonly protocols: Set<string>
  readonly extensions: Extensions
}

/** A refusal that a program may be told of, to answer it itself. */
type ToldRefusal = Refusal & { readonly tells: boolean }

interface Policy {
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined
  maxPayload?: number | undefined
}

/** Reads a request for an upgrade (RFC 6455 §4.2.1), in the order in which ws finds faults. */
export function readRequest(
  { method, headers }: IncomingMessage,
  policy: Policy,
  shouldHandle: () => boolean | Promise<boolean>,
): Upgrade | ToldRefusal {
  const key = headers['sec-websocket-key']
  const version = Number(headers['sec-websocket-version'])
  if (method !== 'GET') return refusal(405, 'Invalid HTTP method')
  if (headers.upgrade?.toLowerCase() !== 'websocket') return invalid('Upgrade')
  if (key === undefined || !isKey(key)) return invalid('Sec-WebSocket-Key', 'Missing or invalid')
  if (version !== 13 && version !== 8) {
    const fault = invalid('Sec-WebSocket-Version', 'Missing or invalid')
    return { ...fault, headers: { 'Sec-WebSocket-Version': '13, 8' } }
  }
  if (!shouldHandle()) return { ...refusal(400, 'Bad Request'), tells: false }
  const offered = headers['sec-websocket-protocol']
  let protocols: Set<string>
  try {
    protocols = offered === undefined ? new Set() : subprotocol.parse(offered)
  } catch {
    return invalid('Sec-WebSocket-Protocol')
  }
  try {
    const extensions = accept(headers['sec-websocket-extensions'], policy)
    return { key, version, protocols, extensions }
  } catch {
    return invalid('Sec-WebSocket-Extensions', 'Invalid or unacceptable')
  }
}

/** @throws {Error} for offers that are malformed, or none of which will do. */
function accept(offered: string | undefined, policy: Policy): Extensions {
  const { perMessageDeflate: wanted, maxPayload } = policy
  if (offered === undefined || !wanted) return {}
  const name = PerMessageDeflate.extensionName
  const { [name]: offers } = extension.parse(offered)
  if (!offers) return {}
  const deflate = new PerMessageDeflate({ ...(wanted as object), isServer: true, maxPayload })
  deflate.accept(offers)
  return { [name]: deflate }
}

function invalid(field: string, how = 'Invalid'): ToldRefusal {
  return refusal(400, `${how} ${field} header`)
}

function refusal(status: number, message: string): ToldRefusal {
  return { status, message, tells: true }
}
