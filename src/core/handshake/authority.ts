/** A host and what port it was given (RFC 3986 §3.2). */
export interface Authority {
  /** In lower case; an IPv6 address in its brackets. */
  readonly host: string
  readonly port: number | undefined
}

/** An origin with a host, as browsers write one (RFC 6454 §6.2). */
export interface TupleOrigin extends Authority {
  /** In lower case. */
  readonly scheme: string
}

const hostAndPort = /^(\[[0-9a-f:.]+\]|[a-z0-9._~%-]+)(?::(\d{0,5}))?$/
const schemeAndRest = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/s

/** Reads `host [":" port]`, the value of Host (RFC 9110 §7.2); `undefined` when it is not one. */
export function parseAuthority(text: string): Authority | undefined {
  const [, host, digits] = hostAndPort.exec(text.toLowerCase()) ?? []
  const port = digits ? Number(digits) : undefined
  return host === undefined || (port ?? 0) > 65_535 ? undefined : { host, port }
}

/** Reads `scheme "://" host [":" port]`; `undefined` when it is not that, such as the origin `null`. */
export function parseOrigin(text: string): TupleOrigin | undefined {
  const [, scheme, rest = ''] = schemeAndRest.exec(text.toLowerCase()) ?? []
  const authority = parseAuthority(rest)
  return scheme === undefined || !authority ? undefined : { scheme, ...authority }
}

const defaultPorts: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['ws', 80],
  ['https', 443],
  ['wss', 443],
])

/** The port that `scheme` uses when none is given (RFC 9110 §4.2, RFC 6455 §3). */
export function defaultPort(scheme: string): number | undefined {
  return defaultPorts.get(scheme)
}
