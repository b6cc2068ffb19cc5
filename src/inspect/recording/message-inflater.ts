import { parseExtensions } from '../../core/handshake/extensions.ts'
import { extensionName, readAnswer } from '../../core/permessage-deflate/parameters.ts'
import type { ConnectionFacts, Direction } from './records.ts'

/**
 * Inflates a whole DEFLATE stream that ends in a sync flush.
 * @param window What it may refer back to: the end of what came before.
 * @returns `undefined` when it is no such stream, or longer than `most`.
 */
export type Inflate = (
  deflated: Uint8Array,
  window: Uint8Array,
  most: number,
) => Uint8Array | undefined

/** RFC 7692 §7.2.2: what was taken off the end of each message. */
const tail: readonly number[] = [0x00, 0x00, 0xff, 0xff]
const windowSize = 32_768
/** More than this is not inflated only to be looked at. */
export const mostInflated: number = 16 << 20

/** Inflates the messages of one direction, each with what came before it (RFC 7692 §7.2.3). */
export class MessageInflater {
  readonly #inflate: Inflate
  readonly #takeover: boolean
  #window = new Uint8Array(0)
  /** A message could not be inflated, so those that refer to it cannot be either. */
  #lost = false

  constructor(inflate: Inflate, takeover: boolean) {
    this.#inflate = inflate
    this.#takeover = takeover
  }

  /** @param deflated `undefined` for a message that is too large. */
  inflate(deflated: Uint8Array | undefined): Uint8Array | undefined {
    if (this.#lost || !deflated) return this.#lose()
    const stream = new Uint8Array(deflated.length + tail.length)
    stream.set(deflated)
    stream.set(tail, deflated.length)
    const inflated = this.#inflate(stream, this.#window, mostInflated)
    if (!inflated) return this.#lose()
    if (this.#takeover) this.#remember(inflated)
    return inflated
  }

  #lose(): undefined {
    this.#lost = this.#takeover
    return undefined
  }

  #remember(inflated: Uint8Array): void {
    if (inflated.length >= windowSize) {
      this.#window = inflated.slice(-windowSize)
      return
    }
    const kept = this.#window.subarray(
      Math.max(0, this.#window.length + inflated.length - windowSize),
    )
    const window = new Uint8Array(kept.length + inflated.length)
    window.set(kept)
    window.set(inflated, kept.length)
    this.#window = window
  }
}

/** Whether permessage-deflate was agreed on, and for whom the window is kept; `undefined` if it was not. */
export function takeoverOf(
  { role, response }: ConnectionFacts,
  direction: Direction,
): boolean | undefined {
  const lines = response?.fields.filter(
    ([name]) => name.toLowerCase() === 'sec-websocket-extensions',
  )
  const value = lines?.map(([, line]) => line).join(', ')
  const extension = parseExtensions(value || undefined)?.find(({ name }) => name === extensionName)
  const answer = extension && readAnswer(extension.params)
  if (!answer) return undefined
  const fromServer = (role === 'server') === (direction === 'transmit')
  return fromServer ? !answer.serverNoContextTakeover : !answer.clientNoContextTakeover
}
