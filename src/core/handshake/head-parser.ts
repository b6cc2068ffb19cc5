import { LocalProtocolError } from '../../errors/index.ts'
import { defaultLimits } from '../limits.ts'
import { HandshakeError } from './handshake-error.ts'
import {
  headTooLarge,
  isFault,
  malformed,
  requestLineTooLong,
  tooManyFields,
  type HeadFault,
  type HeadLimits,
} from './head-fault.ts'
import { HeaderFields } from './header-fields.ts'
import { latin1 } from './latin1.ts'
import { quoted } from './quoted.ts'
import {
  parseRequestLine,
  parseStatusLine,
  type RequestLine,
  type StatusLine,
} from './start-line.ts'
import { isFieldValue, isToken, trimWhitespace } from './tokens.ts'

/** The kinds of head and the start-line of each (RFC 9112 §2.1). */
export interface StartLines {
  request: RequestLine
  response: StatusLine
}

/** A `RequestHead` or a `ResponseHead`. */
export type Head<Kind extends keyof StartLines> = StartLines[Kind] & {
  readonly fields: HeaderFields
}

export type HeadResult<Kind extends keyof StartLines> =
  /** The blank line has not come yet. */
  | { readonly state: 'waiting' }
  /** `rest` are the bytes behind the head: a view of the chunk that was pushed. */
  | { readonly state: 'done'; readonly head: Head<Kind>; readonly rest: Uint8Array }
  /** `status` is the answer to a client that sent this: 400, 414 or 431. */
  | {
      readonly state: 'failed'
      readonly status: HeadFault['status']
      readonly error: HandshakeError
    }

type StartLineReaders = {
  readonly [Kind in keyof StartLines]: (
    line: string,
    limits: HeadLimits,
  ) => StartLines[Kind] | HeadFault
}

const startLineReaders: StartLineReaders = { request: parseRequestLine, response: parseStatusLine }

/** Reads ISO-8859-1, from one place to another. */
type Decode = (bytes: Uint8Array, from: number, to: number) => string

const lineFeed = 10

/**
 * Reads one HTTP/1 message head from bytes that come split anywhere (RFC 9112 §2.1). It holds no more
 * than its limits, looks at each byte once, and reads nothing generously: a head that two readers
 * could understand differently is refused.
 */
export class HeadParser<Kind extends keyof StartLines> {
  readonly #kind: Kind
  readonly #limits: HeadLimits
  readonly #decode: Decode
  #fields = new HeaderFields()
  #start: StartLines[Kind] | undefined
  /** The line that has begun. */
  #line = ''
  #lineNumber = 0
  #bytes = 0
  #over = false

  /** @param decode What reads ISO-8859-1, where the platform does that faster. */
  constructor(kind: Kind, limits: HeadLimits = defaultLimits, decode: Decode = latin1) {
    this.#kind = kind
    this.#limits = limits
    this.#decode = decode
  }

  /**
   * Takes the next bytes. Once the head is done or has failed there is nothing more to push.
   * @throws {LocalProtocolError} `ERR_HANDSHAKE_OVER` when the head was done or had failed before.
   */
  push(chunk: Uint8Array): HeadResult<Kind> {
    if (this.#over) {
      throw new LocalProtocolError('ERR_HANDSHAKE_OVER', 'this head has already been read')
    }
    const result = this.#read(chunk)
    this.#over = result.state !== 'waiting'
    return result
  }

  /** Goes on to another head behind this one, which was done: the limit on bytes is for both together. */
  again(): void {
    this.#fields = new HeaderFields()
    this.#start = undefined
    this.#over = false
  }

  #read(chunk: Uint8Array): HeadResult<Kind> {
    let from = 0
    while (from < chunk.length) {
      const feed = chunk.indexOf(lineFeed, from)
      const end = feed === -1 ? chunk.length : feed + 1
      this.#bytes += end - from
      if (this.#bytes > this.#limits.head) return failed(this.#tooLarge())
      // Each line by itself: engines keep the whole of a string for as long as a program keeps a part of it.
      this.#line += this.#decode(chunk, from, end)
      from = end
      if (feed === -1) break

      const line = this.#endLine()
      if (typeof line !== 'string') return failed(line)
      if (line === '' && this.#start) {
        const head = { ...this.#start, fields: this.#fields }
        return { state: 'done', head, rest: chunk.subarray(from) }
      }
      const fault = this.#start ? this.#fieldLine(line) : this.#startLine(line)
      if (fault) return failed(fault)
    }
    return { state: 'waiting' }
  }

  /** The line that has just ended, without its CR LF. */
  #endLine(): string | HeadFault {
    const line = this.#line
    this.#line = ''
    this.#lineNumber++
    // RFC 9112 §2.2 lets a recipient take a bare LF for the end of a line. One that does and one that
    // does not see two different messages, which is all that request smuggling needs.
    if (!line.endsWith('\r\n')) {
      return this.#malformedLine('ends in a bare LF; expected CR LF (RFC 9112, 2.2)')
    }
    if (line.indexOf('\r') < line.length - 2) {
      return this.#malformedLine('has a bare CR (RFC 9112, 2.2)')
    }
    return line.slice(0, -2)
  }

  #startLine(line: string): HeadFault | undefined {
    // RFC 9112 §2.2: a server ignores empty lines before the request-line.
    if (line === '' && this.#kind === 'request') return undefined
    const read = startLineReaders[this.#kind](line, this.#limits)
    if (isFault(read)) return read
    this.#start = read
    return undefined
  }

  /** RFC 9112 §5: field-line = field-name ":" OWS field-value OWS. */
  #fieldLine(line: string): HeadFault | undefined {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      return this.#malformedLine('begins with whitespace, which folds a line (RFC 9112, 5.2)')
    }
    const colon = line.indexOf(':')
    if (colon === -1) return this.#malformedLine(`has no colon: ${quoted(line)}`)
    const name = line.slice(0, colon)
    if (name !== trimWhitespace(name)) {
      return this.#malformedLine('has whitespace before the colon (RFC 9112, 5.1)')
    }
    if (!isToken(name)) {
      return this.#malformedLine(`has the field name ${quoted(name)}, which is not a token`)
    }
    const value = trimWhitespace(line.slice(colon + 1))
    if (!isFieldValue(value)) {
      return this.#malformedLine(`has a control character in the value of ${name}`)
    }
    if (this.#fields.size === this.#limits.headFields) return tooManyFields(this.#limits)
    this.#fields.append(name, value)
    return undefined
  }

  #tooLarge(): HeadFault {
    const inRequestLine = this.#kind === 'request' && !this.#start
    return inRequestLine ? requestLineTooLong(this.#limits) : headTooLarge(this.#limits)
  }

  #malformedLine(wrong: string): HeadFault {
    return malformed(`line ${this.#lineNumber} of the head ${wrong}`)
  }
}

function failed({ code, status, wrong }: HeadFault): HeadResult<never> {
  return { state: 'failed', status, error: new HandshakeError(code, wrong) }
}
