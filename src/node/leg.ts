import { type ConnectUrl, type Place, placeOf } from './connect-url.ts'
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

export function legToProxy(url: ConnectUrl, proxy: Proxy): Leg {
  const name = `the proxy ${placeOf(proxy)} on the way to ${placeOf(url)}`
  return { peer: 'proxy', place: proxy, url, name }
}

export function legToServer(url: ConnectUrl, proxy: Proxy | undefined): Leg {
  const name = proxy ? `${placeOf(url)} through the proxy ${placeOf(proxy)}` : placeOf(url)
  return { peer: 'server', place: url, url, name }
}
