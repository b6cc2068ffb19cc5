import type { HeadLimits } from './head-fault.ts'
import { HeadParser, type HeadResult } from './head-parser.ts'

/**
 * Reads the head of the response that counts. RFC 9110 §15.2: any number of interim responses, such as
 * 103 Early Hints, may come first. A 101 is not one of them: it is the last that is HTTP.
 */
export class FinalHeadParser {
  readonly #limits: HeadLimits | undefined
  #parser: HeadParser<'response'>

  constructor(limits?: HeadLimits) {
    this.#limits = limits
    this.#parser = new HeadParser('response', limits)
  }

  /**
   * Takes the next bytes. Once the head is done or has failed there is nothing more to push.
   * @throws {LocalProtocolError} `ERR_HANDSHAKE_OVER` when the head was done or had failed before.
   */
  push(chunk: Uint8Array): HeadResult<'response'> {
    let result = this.#parser.push(chunk)
    while (result.state === 'done' && result.head.status < 200 && result.head.status !== 101) {
      this.#parser = new HeadParser('response', this.#limits)
      result = this.#parser.push(result.rest)
    }
    return result
  }
}
