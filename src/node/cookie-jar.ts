import type { ConnectUrl } from './connect-url.ts'

/**
 * Where a program keeps cookies (RFC 6265); which go where, and for how long, is the jar's to know. It is
 * told the URL that a browser would ask it for: that of the request, with `http:` or `https:`.
 */
export interface CookieJar {
  /** The value of the field Cookie for a request to `url`; `''` or `undefined` for no field. */
  get(url: string): string | undefined | PromiseLike<string | undefined>
  /** Takes what a response from `url` sets: the values of its fields Set-Cookie, of which there are some. */
  set(url: string, cookies: readonly string[]): unknown
}

/** WebSockets standard, "establish a WebSocket connection": the request has the scheme of HTTP. */
export function cookieUrl({ secure, host, target }: ConnectUrl): string {
  return `${secure ? 'https' : 'http'}://${host}${target}`
}
