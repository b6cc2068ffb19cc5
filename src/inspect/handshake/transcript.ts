import {
  type Exchange,
  writtenRequest,
  type WrittenRequest,
  writtenResponse,
  type WrittenResponse,
} from './written-head.ts'

const requestStart = /^[A-Z]{3,10} [^ ].*HTTP\/\d/
const responseStart = /^HTTP\/\d\S* +\d{3}\b/
/** Without an HTTP version they are only taken for start lines where one is to be expected. */
const bareRequest = /^(?:GET|POST|PUT|HEAD|OPTIONS|CONNECT) +(?:\/|https?:|wss?:)\S*/
const bareResponse = /^[1-5]\d\d [A-Z]/

/** What `curl -v` puts before the lines of a request and of a response. */
const curlLine = /^(?:> [A-Z]+ \S+ HTTP\/|< HTTP\/)/m

/**
 * Reads handshakes out of text as people have it: copied from a tutorial, a log, the network panel of a
 * browser or `curl -v`, with LF or CR LF, indented, between fences, with prose around it. What is wrong
 * with how a head is written is in its `slips`.
 */
export function readTranscript(text: string): Exchange[] {
  const reader = new TranscriptReader()
  for (const line of plainLines(text)) reader.line(line)
  return reader.end()
}

class TranscriptReader {
  readonly #exchanges: { request?: WrittenRequest; response?: WrittenResponse }[] = []
  #kind: 'request' | 'response' | undefined
  #head: string[] = []
  /** Of the start line: all of a head may be indented. */
  #indent = 0
  /** The lines behind a head. */
  #content: string[] | undefined
  #afterBlank = true

  line(text: string): void {
    const kind = this.#startOf(text.trimStart())
    if (kind) this.#indent = text.length - text.trimStart().length
    const line = text.slice(Math.min(this.#indent, text.length - text.trimStart().length))
    if (kind) {
      this.#finish()
      this.#kind = kind
      this.#head = [line]
    } else if (this.#content) {
      this.#content.push(line)
    } else if (this.#kind && line.trim() === '') {
      this.#content = []
    } else if (this.#kind) {
      this.#head.push(line)
    }
    this.#afterBlank = line.trim() === ''
  }

  end(): Exchange[] {
    this.#finish()
    return this.#exchanges
  }

  #startOf(line: string): 'request' | 'response' | undefined {
    if (requestStart.test(line)) return 'request'
    if (responseStart.test(line)) return 'response'
    if (!this.#afterBlank) return undefined
    const open = this.#kind === 'request'
    if (open && bareResponse.test(line)) return 'response'
    return !open && bareRequest.test(line) ? 'request' : undefined
  }

  #finish(): void {
    if (!this.#kind) return
    const content = (this.#content ?? []).join('\n').trim()
    const last = this.#exchanges.at(-1)
    if (this.#kind === 'request') {
      this.#exchanges.push({ request: writtenRequest(this.#head, content) })
    } else {
      const response = writtenResponse(this.#head, content)
      if (last && (!last.response || isInterim(last.response))) last.response = response
      else this.#exchanges.push({ response })
    }
    this.#kind = this.#content = undefined
  }
}

/** RFC 9110 §15.2: another response follows, but not after 101. */
function isInterim({ status }: WrittenResponse): boolean {
  return status >= 100 && status < 200 && status !== 101
}

/** The lines without what surrounds them: the marks of curl, the fences of Markdown. */
function plainLines(text: string): string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  if (curlLine.test(text)) {
    return lines.filter((line) => /^[<>]/.test(line)).map((line) => line.replace(/^[<>] ?/, ''))
  }
  return lines.filter((line) => !/^\s*(```|~~~)/.test(line))
}
