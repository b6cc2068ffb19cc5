import type { HeadLimits } from './head-fault.ts'
import { HeadParser, type HeadResult } from './head-parser.ts'

/**
 * Reads the head of the response that counts. RFC 9110 §15.2: any number of interim responses, such as
 * 103 Early Hints, may come first, within the limit for one head. A 101 is not one of them: it is the last
 * that is HTTP.
 */
export class FinalHeadParser {
  readonly #parser: HeadParser<'response'>

  constructor(limits?: HeadLimits) {
    this.#parser = new HeadParser('response', limits)
  }

  /**
   * Takes the next bytes. Once the head is done or has failed there is nothing more to push.
   * @throws {LocalProtocolError} `ERR_HANDSHAKE_OVER` when the head was done or had failed before.
   */
  push(chunk: Uint8Array): HeadResult<'response'> {
    let result = this.#parser.push(chunk)
    while (result.state === 'done' && result.head.status < 200 && result.head.status !== 101) {
      this.#parser.again()
      result = this.#parser.push(result.rest)
    }
    return result
  }
}
