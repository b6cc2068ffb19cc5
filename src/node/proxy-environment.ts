import { BlockList, isIP, isIPv4 } from 'node:net'
import type { ConnectUrl } from './connect-url.ts'
import { isLoopback } from './loopback.ts'
import { type Proxy, readProxy } from './proxy.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** The variables that name a proxy, the nearest first. */
const variables = {
  wss: ['wss_proxy', 'https_proxy', 'all_proxy'],
  // RFC 6455 §4.1 item 3: the proxy for HTTPS before that for HTTP, for it is the one that opens tunnels.
  ws: ['ws_proxy', 'https_proxy', 'http_proxy', 'all_proxy'],
}

/** What a program that says nothing wants: what Node's own fetch and HTTP client do in this process. */
export function proxyByDefault(): 'environment' | false {
  const wanted = process.env['NODE_USE_ENV_PROXY'] === '1'
  return wanted || process.execArgv.includes('--use-env-proxy') ? 'environment' : false
}

/**
 * The proxy that the variables of the environment name for a URL, if they do; never one for this machine
 * itself, which a proxy could not reach.
 * @throws {OptionError} named like the variable whose value is not a proxy.
 */
export function environmentProxy(
  { secure, hostname, port, socketPath }: ConnectUrl,
  environment: Environment = process.env,
): Proxy | undefined {
  if (socketPath !== undefined || isLoopback(hostname)) return undefined
  for (const lower of variables[secure ? 'wss' : 'ws']) {
    for (const name of [lower, lower.toUpperCase()]) {
      // CVE-2016-5385 ("httpoxy"): under CGI it is the request field Proxy, which anybody may send.
      if (name === 'HTTP_PROXY' && environment['REQUEST_METHOD'] !== undefined) continue
      const value = environment[name]?.trim()
      if (!value) continue
      const excepted = environment['no_proxy'] || environment['NO_PROXY'] || ''
      if (isExcepted(excepted, hostname, port)) return undefined
      return readProxy(value.includes('://') ? value : `http://${value}`, name)
    }
  }
  return undefined
}

/** Whether one of the entries, between commas or blanks, is meant. */
function isExcepted(entries: string, hostname: string, port: number): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '')
  return entries
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && matches(entry.toLowerCase(), name, port))
}

/** `*`; a name with all below it; an address, a network or a range of addresses; each with or without a port. */
function matches(entry: string, name: string, port: number): boolean {
  if (entry === '*') return true
  const [, bracketed, bare, only] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []
  if (only !== undefined && Number(only) !== port) return false
  // An IPv6 address without brackets has no port.
  const place = bracketed ?? bare ?? entry
  if (isIP(name)) return holds(place, name)
  const domain = place.replace(/^\*?\./, '')
  return domain !== '' && (name === domain || name.endsWith(`.${domain}`))
}

function holds(place: string, address: string): boolean {
  const [first = '', last] = place.split('-')
  const [network = '', prefix] = first.split('/')
  if (isIP(network) === 0) return false
  const family = isIPv4(network) ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  try {
    if (prefix !== undefined) list.addSubnet(network, Number(prefix), family)
    else list.addRange(network, last ?? network, family)
  } catch {
    // What cannot be understood excepts nothing.
    return false
  }
  return list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}
