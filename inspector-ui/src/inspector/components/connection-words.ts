import type { FeedConnection } from '../../../../src/inspect/feed/feed-messages.ts'
import type { FeedSide } from '../../../../src/inspect/feed/feed-requests.ts'

/** What a connection asked for, without the host, which is the same for all of them. */
export function pathOf({ url }: Pick<FeedConnection, 'url'>): string {
  const parsed = URL.parse(url)
  return parsed ? parsed.pathname + parsed.search : url
}

/** The subprotocol that the server agreed to. */
export function protocolOf({ response }: Pick<FeedConnection, 'response'>): string | undefined {
  const name = 'sec-websocket-protocol'
  return response?.fields.find((field) => field[0].toLowerCase() === name)?.[1].trim()
}

/** Who is at the other end of what is recorded. */
export function remoteOf({ remote }: Pick<FeedConnection, 'remote'>): string {
  if (remote?.address === undefined) return 'address not known'
  const address = remote.address.includes(':') ? `[${remote.address}]` : remote.address
  return `${address}:${remote.port ?? ''}`
}

/** To which ends something can be sent, or be kept from arriving at. */
export function sidesOf(kind: 'server' | 'proxy' | undefined): readonly FeedSide[] {
  return kind === 'proxy' ? ['client', 'server'] : ['client']
}
