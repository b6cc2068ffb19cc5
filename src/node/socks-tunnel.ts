import { isIPv4, isIPv6 } from 'node:net'
import { ConnectError } from './connect-error.ts'
import type { Proxy } from './proxy.ts'
import type { Destination, Tunnel, TunnelFault, TunnelResult } from './tunnel.ts'
import type { Credentials } from './url-credentials.ts'

const version = 5
/** RFC 1928 §3: how the client may say who it is. */
const Method = { none: 0, password: 2, unacceptable: 0xff } as const
const connectCommand = 1
const AddressType = { ipv4: 1, name: 3, ipv6: 4 } as const

const waiting = { state: 'waiting' } as const

/** A tunnel through a SOCKS5 proxy (RFC 1928), with a user name and a password if it wants them (RFC 1929). */
export class SocksTunnel implements Tunnel {
  readonly greeting: Uint8Array
  readonly #credentials: Credentials | undefined
  readonly #request: Uint8Array
  /** What the next bytes answer. */
  #asked: 'method' | 'password' | 'connect' = 'method'
  #bytes: Buffer = Buffer.alloc(0)

  /** @throws {ConnectError} `ERR_CONNECT_URL` when the host name is too long to be told. */
  constructor({ credentials }: Proxy, destination: Destination) {
    const methods = credentials ? [Method.none, Method.password] : [Method.none]
    this.greeting = Buffer.of(version, methods.length, ...methods)
    this.#credentials = credentials
    this.#request = connectRequest(destination)
  }

  receive(bytes: Uint8Array): TunnelResult {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    if (this.#asked === 'method') return this.#readMethod()
    return this.#asked === 'password' ? this.#readStatus() : this.#readReply()
  }

  /** RFC 1928 §3. */
  #readMethod(): TunnelResult {
    if (this.#bytes[0] !== version) return this.#notSocks()
    if (this.#bytes.length < 2) return waiting
    const method = this.#bytes[1]!
    if (method === Method.none) return this.#ask('connect', this.#request)
    if (method === Method.password && this.#credentials) {
      return this.#ask('password', passwordRequest(this.#credentials))
    }
    const offered = this.#credentials ? 'neither none nor a password' : 'more than no credentials'
    const what =
      method === Method.unacceptable
        ? `it takes ${this.#credentials ? 'other credentials than a password' : 'nobody without credentials'}`
        : `it asks for method ${method}, which is ${offered}`
    return refused({ code: 'ERR_CONNECT_PROXY_AUTH', what })
  }

  /** RFC 1929 §2. */
  #readStatus(): TunnelResult {
    if (this.#bytes.length < 2) return waiting
    if (this.#bytes[1] === 0) return this.#ask('connect', this.#request)
    const what = 'it does not accept the user name and the password'
    return refused({ code: 'ERR_CONNECT_PROXY_AUTH', what })
  }

  /** RFC 1928 §6. The address in it is the one that the proxy connects from: nothing depends on it. */
  #readReply(): TunnelResult {
    if (this.#bytes[0] !== version) return this.#notSocks()
    // A proxy that refuses may end the reply here.
    if (this.#bytes.length < 2) return waiting
    const reply = this.#bytes[1]!
    if (reply !== 0) return refused(replyFault(reply))
    if (this.#bytes.length < 5) return waiting
    const length = addressLength(this.#bytes[3]!, this.#bytes[4]!)
    if (length === undefined) {
      const what = `its reply has an address of the unknown type ${this.#bytes[3]}`
      return refused({ code: 'ERR_CONNECT_PROXY', what })
    }
    const end = 4 + length + 2
    if (this.#bytes.length < end) return waiting
    return { state: 'open', rest: new Uint8Array(this.#bytes.subarray(end)) }
  }

  #ask(asked: 'password' | 'connect', send: Uint8Array): TunnelResult {
    if (this.#bytes.length > 2) {
      const what = 'it answers what it was not asked yet'
      return refused({ code: 'ERR_CONNECT_PROXY', what })
    }
    this.#asked = asked
    this.#bytes = Buffer.alloc(0)
    return { state: 'asking', send }
  }

  #notSocks(): TunnelResult {
    // An HTTP proxy answers 400 to what it takes for a malformed request.
    const http = this.#bytes[0] === 'H'.charCodeAt(0)
    const what = `its answer begins with the byte ${this.#bytes[0]} and not with 5`
    const remedy = http ? 'It speaks HTTP: use http://.' : 'It may not speak SOCKS5 on that port.'
    return refused({ code: 'ERR_CONNECT_PROXY', what, remedy })
  }
}

/** RFC 1928 §4 and §5. */
function connectRequest({ hostname, port }: Destination): Uint8Array {
  const head = [version, connectCommand, 0]
  const ports = [port >> 8, port & 0xff]
  if (isIPv4(hostname)) {
    return Buffer.of(...head, AddressType.ipv4, ...hostname.split('.').map(Number), ...ports)
  }
  if (isIPv6(hostname))
    return Buffer.of(...head, AddressType.ipv6, ...ipv6Bytes(hostname), ...ports)
  const name = Buffer.from(hostname)
  if (name.length > 255) {
    const message = `the host name has ${name.length} bytes; expected at most 255, which SOCKS5 can say`
    throw new ConnectError('ERR_CONNECT_URL', message)
  }
  return Buffer.of(...head, AddressType.name, name.length, ...name, ...ports)
}

/** The URL standard writes an address in an IPv6 address as two groups of digits; so do look-ups, seldom. */
function ipv6Bytes(address: string): number[] {
  const { hostname } = new URL(`ws://[${address.replace(/%.*$/, '')}]`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const groups = (text = ''): string[] => (text === '' ? [] : text.split(':'))
  const before = groups(head)
  const behind = groups(tail)
  const zeros = Array<string>(8 - before.length - behind.length).fill('0')
  return [...before, ...zeros, ...behind].flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

function passwordRequest({ username, password }: Credentials): Uint8Array {
  const [name, word] = [Buffer.from(username), Buffer.from(password)]
  return Buffer.of(1, name.length, ...name, word.length, ...word)
}

/** @param first The first byte of the address, which for a name is its length. */
function addressLength(type: number, first: number): number | undefined {
  if (type === AddressType.ipv4) return 4
  if (type === AddressType.ipv6) return 16
  return type === AddressType.name ? 1 + first : undefined
}

function refused(fault: TunnelFault): TunnelResult {
  return { state: 'refused', fault, rest: new Uint8Array() }
}

/** RFC 1928 §6. */
const replies: ReadonlyMap<number, readonly [what: string, remedy?: string]> = new Map([
  [1, ['it failed, and does not say why']],
  [2, ['its rules do not let this host and port through']],
  [3, ['it has no way to the network of the server']],
  [4, ['it has no way to the server', 'Check the host name.']],
  [5, ['nobody listens there, it says', 'Check the port and that the server runs.']],
  [6, ['the server is too far away for its packets (TTL expired)']],
  [7, ['it does not do CONNECT']],
  [8, ['it does not know this type of address', 'Try socks5h:// in place of socks5://, or back.']],
])

function replyFault(reply: number): TunnelFault {
  const [what, remedy] = replies.get(reply) ?? [`it refuses with the unknown reply ${reply}`]
  return { code: 'ERR_CONNECT_PROXY', what, remedy }
}
