import { isIP, type Socket as NetSocket } from 'node:net'
import { checkInteger, type HeaderFields } from '../core/index.ts'
import { OptionError } from '../errors/index.ts'
import { announcedAddress } from './proxy-protocol.ts'

/** The proxies in front of a server that tell it who its clients are. */
export interface Proxies {
  /** How many there are, one behind the other: 1 to 100. What a client says itself lies beyond them. */
  hops: number
  /** Where they write it. Default `'x-forwarded-for'`. */
  header?: 'x-forwarded-for' | 'forwarded'
}

/**
 * The proxies of an option, where a number stands for the hops.
 * @throws {OptionError}
 */
export function resolveProxies(
  option: Proxies | number | undefined,
): Required<Proxies> | undefined {
  if (option === undefined || option === 0) return undefined
  const { hops, header = 'x-forwarded-for' } =
    typeof option === 'number' ? { hops: option } : option
  if (header !== 'x-forwarded-for' && header !== 'forwarded') {
    throw new OptionError('proxies.header', header, "'x-forwarded-for' or 'forwarded'")
  }
  return { hops: checkInteger('proxies.hops', hops, 1, 100), header }
}

/**
 * The address of the client behind the proxies. Each of them adds the address that it was called from, so
 * it is found by counting from the end; what lies further to the front anyone may have written. Where an
 * entry is no address, the nearest proxy that is known stands for it.
 */
export function clientAddress(
  fields: HeaderFields,
  socket: NetSocket,
  proxies: Required<Proxies> | undefined,
): string | undefined {
  const nearest = announcedAddress(socket) ?? socket.remoteAddress
  if (!proxies) return nearest
  const entries = fields.get(proxies.header)?.split(',').toReversed() ?? []
  let address = nearest
  for (const entry of entries.slice(0, proxies.hops)) {
    const found = addressIn(proxies.header === 'forwarded' ? forwardedFor(entry) : entry.trim())
    if (found === undefined) return address
    address = found
  }
  return address
}

/** RFC 7239 §4: `for=192.0.2.60;proto=http`. */
function forwardedFor(entry: string): string {
  const [, quoted, token = ''] = /(?:^|;)\s*for=(?:"([^"]*)"|([^\s;]*))/i.exec(entry) ?? []
  return quoted ?? token
}

/** An address with or without a port (RFC 7239 §6). */
function addressIn(node: string): string | undefined {
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(node)?.[1]
  const address = bracketed ?? (isIP(node) ? node : node.replace(/:\d+$/, ''))
  return isIP(address) ? address : undefined
}

/** One client's share of the address space: an IPv6 network of 64 bits, of which a client has all. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1]
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address
  const [head = '', tail = ''] = address.replace(/%.*$/, '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === '' ? 0 : tail.split(':').length
  if (address.includes('::')) while (groups.length + behind < 8) groups.push('0')
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
