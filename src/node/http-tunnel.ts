import {
  type FieldLine,
  FinalHeadParser,
  formatHead,
  type Limits,
  type ResponseHead,
} from '../core/index.ts'
import type { Proxy } from './proxy.ts'
import type { Destination, Tunnel, TunnelFault, TunnelResult } from './tunnel.ts'
import { basic } from './url-credentials.ts'

const nothing = new Uint8Array()

/** A tunnel through an HTTP proxy (RFC 9110 §9.3.6; RFC 6455 §4.1 item 3, for `ws:` as for `wss:`). */
export class HttpTunnel implements Tunnel {
  readonly greeting: Uint8Array
  readonly #proxy: Proxy
  readonly #parser: FinalHeadParser
  #first = -1

  constructor(proxy: Proxy, { hostname, port }: Destination, limits: Limits) {
    const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
    const { credentials, fields } = proxy
    // RFC 9110 §7.2: Host says what the target says.
    const lines: FieldLine[] = [['Host', authority], ...fields]
    if (credentials && !fields.has('proxy-authorization')) {
      lines.push(['Proxy-Authorization', basic(credentials)])
    }
    this.greeting = Buffer.from(formatHead(`CONNECT ${authority} HTTP/1.1`, lines), 'latin1')
    this.#proxy = proxy
    this.#parser = new FinalHeadParser(limits)
  }

  receive(bytes: Uint8Array): TunnelResult {
    if (this.#first < 0) this.#first = bytes[0]!
    const result = this.#parser.push(bytes)
    if (result.state === 'waiting') return result
    if (result.state === 'failed') {
      const { error } = result
      // RFC 8446 §5.1: a TLS record that is an alert. No HTTP begins with it.
      const remedy = this.#first === 0x15 ? 'It speaks TLS on that port: use https://.' : undefined
      const what = `its answer is not HTTP: ${error.message}`
      return refused({ code: 'ERR_CONNECT_PROXY', what, remedy, cause: error }, nothing)
    }
    const { head, rest } = result
    // RFC 9112 §6.3: behind a 2xx nothing is content, whatever Content-Length says.
    if (head.status >= 200 && head.status < 300) return { state: 'open', rest }
    return refused(this.#judge(head), rest)
  }

  #judge(response: ResponseHead): TunnelFault {
    const { status, reason } = response
    const what = `it answered ${status} ${JSON.stringify(reason)} to CONNECT`
    // RFC 9110 §15.5.8 is the status for it; tinyproxy answers 401 to a wrong password.
    if (status === 407 || status === 401) {
      const remedy = this.#credentialsRemedy(response)
      return { code: 'ERR_CONNECT_PROXY_AUTH', what, remedy, response }
    }
    return { code: 'ERR_CONNECT_PROXY', what, remedy: remedies.get(status), response }
  }

  /** RFC 9110 §11.7.1: Proxy-Authenticate says what it would take. */
  #credentialsRemedy({ fields }: ResponseHead): string {
    const { credentials, fields: sent } = this.#proxy
    const schemes = fields.all('proxy-authenticate').map((value) => value.split(/[\s,]/, 1)[0]!)
    const wanted = schemes.length > 0 ? ` It takes ${schemes.join(', ')}.` : ''
    if (credentials || sent.has('proxy-authorization')) {
      return `It does not accept the credentials it was given.${wanted}`
    }
    return `Give a user name and a password in its URL, or proxy.headers.${wanted}`
  }
}

function refused(fault: TunnelFault, rest: Uint8Array): TunnelResult {
  return { state: 'refused', fault, rest }
}

const remedies: ReadonlyMap<number, string> = new Map([
  [400, 'It may be no proxy but an ordinary web server.'],
  [403, 'It does not let this host and port through; many proxies let port 443 only.'],
  [404, 'It may be no proxy but an ordinary web server.'],
  [405, 'It may be no proxy but an ordinary web server.'],
  [501, 'It may be no proxy but an ordinary web server.'],
  [502, 'It cannot reach the server: check its name and port.'],
  [503, 'It cannot reach the server: check its name and port.'],
  [504, 'The server does not answer it in time.'],
])
