import { HeaderFields } from '../../core/handshake/header-fields.ts'
import { quoted } from '../../core/handshake/quoted.ts'
import { isToken, trimWhitespace } from '../../core/handshake/tokens.ts'
import { finding, type Finding } from './finding.ts'

interface WrittenHead {
  /** The start line by itself. */
  readonly line: string
  /** Of the HTTP-version, such as `1.1`; `undefined` when there is none. */
  readonly version: string | undefined
  readonly fields: HeaderFields
  /** What is wrong with how it is written. */
  readonly slips: readonly Finding[]
  /** What came behind the head, as far as it was given. */
  readonly content: string
}

/** A request as somebody wrote it down: read as far as it makes sense, with what does not. */
export interface WrittenRequest extends WrittenHead {
  readonly method: string
  readonly target: string
}

/** A response as somebody wrote it down. */
export interface WrittenResponse extends WrittenHead {
  readonly status: number
  readonly reason: string
}

/** One request and what came back. */
export interface Exchange {
  readonly request?: WrittenRequest | undefined
  readonly response?: WrittenResponse | undefined
}

/** Where a header that belongs to a handshake begins inside a line. */
const inlineField =
  /[ \t](?=(?:Host|Upgrade|Connection|Origin|User-Agent|Server|Date|Content-Length|Content-Type|Cookie|Pragma|Cache-Control|Accept[\w-]*|Sec-[\w-]+)[ \t]*:[ \t])/i

/** @param lines The start line and the field lines. */
export function writtenRequest(lines: readonly string[], content = ''): WrittenRequest {
  const { line, fields, slips } = readLines('request', lines)
  const [method = '', target = '', protocol, ...more] = line.split(' ')
  const version = versionOf(protocol)
  if (protocol === undefined && target !== '') {
    const expected = `${line} HTTP/1.1`
    slips.unshift(finding('request-line-version', 'request', lacks(line), { expected }))
  } else if (version === undefined || more.length > 0 || target === '') {
    const text = `The request line is ${quoted(line)}, not METHOD target HTTP/1.1.`
    slips.unshift(finding('request-line-malformed', 'request', text))
  }
  return { line, method, target, version, fields, slips, content }
}

/** @param lines The status line and the field lines. */
export function writtenResponse(lines: readonly string[], content = ''): WrittenResponse {
  const { line, fields, slips } = readLines('response', lines)
  const [, protocol, status = '0', reason = ''] = statusLine.exec(line) ?? []
  const version = versionOf(protocol)
  if (version === undefined) {
    const expected = `HTTP/1.1 ${line}`
    slips.unshift(finding('status-line-version', 'response', lacks(line), { expected }))
  }
  return { line, status: Number(status), reason, version, fields, slips, content }
}

const statusLine = /^(?:(HTTP\/\S+)[ \t]+)?(\d{3})(?:[ \t]+(.*))?$/

function versionOf(protocol: string | undefined): string | undefined {
  return /^HTTP\/(\d(?:\.\d)?)$/.exec(protocol ?? '')?.[1]
}

function lacks(line: string): string {
  return `The first line is ${quoted(line)}, without an HTTP version.`
}

interface ReadLines {
  readonly line: string
  readonly fields: HeaderFields
  readonly slips: Finding[]
}

function readLines(part: 'request' | 'response', lines: readonly string[]): ReadLines {
  const fields = new HeaderFields()
  const slips: Finding[] = []
  const separate = lines.flatMap((line) => line.split(inlineField).map(trimWhitespace))
  if (separate.length > lines.length) {
    const text = `${separate.length} lines of the ${part} stand on ${lines.length === 1 ? 'one line' : `${lines.length} lines`}.`
    slips.push(finding('head-on-one-line', part, text, { expected: separate.join('\n') }))
  }
  // A fold is only seen before the whitespace around a line is taken away.
  for (const line of lines.slice(1).filter((other) => /^[ \t]/.test(other))) {
    slips.push(malformed(part, line, 'begins with whitespace, which folds it into the one before'))
  }
  for (const line of separate.slice(1)) readField(part, line, fields, slips)
  return { line: separate[0] ?? '', fields, slips }
}

function readField(
  part: 'request' | 'response',
  line: string,
  fields: HeaderFields,
  slips: Finding[],
): void {
  const colon = line.indexOf(':')
  if (colon < 1) return void slips.push(malformed(part, line, 'has no name and colon'))
  const name = trimWhitespace(line.slice(0, colon))
  if (!isToken(name)) return void slips.push(malformed(part, line, 'has a name that is no token'))
  if (name.length < colon) slips.push(malformed(part, line, 'has whitespace before its colon'))
  fields.append(name, trimWhitespace(line.slice(colon + 1)))
}

function malformed(part: 'request' | 'response', line: string, wrong: string): Finding {
  return finding('line-malformed', part, `The line ${quoted(line)} ${wrong}.`)
}
