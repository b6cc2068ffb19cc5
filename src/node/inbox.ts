import type { Message } from '../core/index.ts'
import { type Deferred, deferred } from './deferred.ts'

/** Above either of these the socket stops reading until the consumer has caught up. */
const mostMessages = 32
const mostBytes = 65_536

/** Messages that wait for a program which takes them one by one, as `for await` does. */
export class Inbox {
  readonly #messages: Message[] = []
  readonly #takers: Deferred<IteratorResult<Message, undefined>>[] = []
  #bytes = 0
  /** Whether something found no room, so that nothing that follows may come in. */
  shut = false
  /** Set once nothing more will come: `error` is what the next taker is told. */
  #end: { readonly error: Error | undefined } | undefined

  get full(): boolean {
    return this.#messages.length >= mostMessages || this.#bytes >= mostBytes
  }

  get empty(): boolean {
    return this.#messages.length === 0
  }

  push(message: Message): void {
    const taker = this.#takers.shift()
    if (taker) return taker.resolve({ done: false, value: message })
    this.#messages.push(message)
    this.#bytes += message.length
  }

  /** The next message as soon as there is one; done when the connection has closed normally. */
  take(): Promise<IteratorResult<Message, undefined>> {
    const value = this.#messages.shift()
    if (value !== undefined) {
      this.#bytes -= value.length
      return Promise.resolve({ done: false, value })
    }
    if (this.#end?.error) return Promise.reject(this.#end.error)
    if (this.#end) return Promise.resolve({ done: true, value: undefined })
    const taker = deferred<IteratorResult<Message, undefined>>()
    this.#takers.push(taker)
    return taker.promise
  }

  /** Nothing more will come. What is here can still be taken. */
  end(error?: Error): void {
    this.#end = { error }
    for (const taker of this.#takers.splice(0)) {
      if (error) taker.reject(error)
      else taker.resolve({ done: true, value: undefined })
    }
  }
}
