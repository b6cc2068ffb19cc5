import { checkInteger, type Refusal, TokenBucket } from '../core/index.ts'
import type { ErrorCode } from '../errors/index.ts'
import { networkOf } from './client-address.ts'
import { checkOptionNames } from './connection-options.ts'
import { ports } from './ports.ts'

/** How many may come in. What is left out is unlimited. */
export interface AdmissionOptions {
  /** Connections at a time, those in their opening handshake included: 1 to 2^24. */
  connections?: number
  /** The same from one address, or from one IPv6 network of 64 bits: 1 to 2^24. */
  perAddress?: number
  /** Opening handshakes in a second, and as many at once: 1 to 10^6. */
  handshakesPerSecond?: number
}

const most = 2 ** 24

/** Seconds after which a client may try again, where it is not known when there is room. */
const retryAfter = 10

/** Counts who is in, and says who may come in. */
export class Admission {
  readonly #connections: number
  readonly #perAddress: number
  readonly #handshakes: TokenBucket | undefined
  readonly #inside = new Map<string, number>()
  #count = 0

  /** @throws {OptionError} */
  constructor(options: AdmissionOptions) {
    checkOptionNames(options, ['connections', 'perAddress', 'handshakesPerSecond'])
    const { connections, perAddress, handshakesPerSecond: rate } = options
    const check = (name: string, value: number | undefined): number =>
      value === undefined ? Infinity : checkInteger(`admission.${name}`, value, 1, most)
    this.#connections = check('connections', connections)
    this.#perAddress = check('perAddress', perAddress)
    if (rate === undefined) return
    checkInteger('admission.handshakesPerSecond', rate, 1, 1_000_000)
    this.#handshakes = new TokenBucket(rate, rate, ports.now())
  }

  /** Lets a client in until `leave` is called, or says why not. */
  enter(address: string): Refusal | undefined {
    const network = networkOf(address)
    const inside = this.#inside.get(network) ?? 0
    const now = ports.now()
    if (this.#count >= this.#connections) {
      return refusal('ERR_LIMIT_CONNECTIONS', 503, retryAfter, 'the server has no room left')
    }
    if (inside >= this.#perAddress) {
      const body = 'there are too many connections from this address'
      return refusal('ERR_LIMIT_ADDRESS', 429, retryAfter, body)
    }
    if (this.#handshakes?.allows(now) === false) {
      return refusal('ERR_LIMIT_HANDSHAKES', 503, 1, 'too many connect at the same time')
    }
    this.#handshakes?.take(1, now)
    this.#inside.set(network, inside + 1)
    this.#count++
    return undefined
  }

  leave(address: string): void {
    const network = networkOf(address)
    const inside = this.#inside.get(network)! - 1
    if (inside > 0) this.#inside.set(network, inside)
    else this.#inside.delete(network)
    this.#count--
  }
}

function refusal(code: ErrorCode, status: number, seconds: number, wrong: string): Refusal {
  const fields = [['Retry-After', String(seconds)]] as const
  return { code, status, fields, body: `${wrong}; try again later` }
}
