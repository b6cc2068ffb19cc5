import { type ConnectUrl, type Place, placeOf } from './connect-url.ts'
import type { DialRequest } from './dial-request.ts'
import type { Proxy } from './proxy.ts'

/** A part of the way to a server, as far as errors speak of it: to its proxy, or from there or here to it. */
export interface Leg {
  readonly peer: 'proxy' | 'server'
  /** Where this part ends. */
  readonly place: Place
  /** The server. */
  readonly url: ConnectUrl
  /** What there is no connection to when this part fails: no path and no query, which may be secret. */
  readonly name: string
}

type Way = Pick<DialRequest, 'url' | 'proxy' | 'via'>

export function legToProxy({ url, via }: Way, proxy: Proxy): Leg {
  const name = `the proxy ${placeOf(proxy)} on the way to ${nameOf(url, via)}`
  return { peer: 'proxy', place: proxy, url, name }
}

export function legToServer({ url, proxy, via }: Way): Leg {
  const through = proxy ? ` through the proxy ${placeOf(proxy)}` : ''
  return { peer: 'server', place: url, url, name: nameOf(url, via) + through }
}

function nameOf(url: ConnectUrl, via: readonly string[]): string {
  return via.length === 0 ? placeOf(url) : `${placeOf(url)}, redirected there by ${via.at(-1)},`
}
