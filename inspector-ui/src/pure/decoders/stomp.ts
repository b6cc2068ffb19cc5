import type { Decoder } from './decoder.ts'
import { jsonOrText } from './json.ts'

/** https://stomp.github.io/stomp-specification-1.2.html#Augmented_BNF */
const commands =
  /^(?:CONNECT|STOMP|CONNECTED|SEND|SUBSCRIBE|UNSUBSCRIBE|ACK|NACK|BEGIN|COMMIT|ABORT|DISCONNECT|MESSAGE|RECEIPT|ERROR)$/

const escapes: Readonly<Record<string, string>> = { r: '\r', n: '\n', c: ':', '\\': '\\' }

interface StompFrame {
  readonly command: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: unknown
}

export const stomp: Decoder = {
  name: 'STOMP',
  decode({ bytes, protocol = '' }) {
    const agreed = /^v1[0-2]\.stomp$/.test(protocol)
    if (agreed && /^[\r\n]+$/.test(latin(bytes.subarray(0, 4)))) {
      return { summary: 'heart-beat', value: { command: 'heart-beat' } }
    }
    const frames: StompFrame[] = []
    let at = 0
    while (at < bytes.length) {
      const read = frameAt(bytes, at)
      if (!read) return undefined
      frames.push(read.frame)
      at = read.end
    }
    const [first] = frames
    if (!first) return undefined
    return { summary: frames.map(words).join('; '), value: frames.length === 1 ? first : frames }
  },
}

function words({ command, headers }: StompFrame): string {
  const named = headers.find(([name]) => name === 'destination' || name === 'receipt-id')
  return named ? `${command} ${named[1]}` : command
}

/** The frame that begins at `start`, and where it and the line ends after it end. */
function frameAt(bytes: Uint8Array, start: number): { frame: StompFrame; end: number } | undefined {
  const head = headAt(bytes, start)
  if (!head) return undefined
  const [command = '', ...lines] = head.lines
  if (!commands.test(command)) return undefined
  // §"Value Encoding": the two that agree on a version are written as STOMP 1.0 wrote them.
  const plain = command === 'CONNECT' || command === 'CONNECTED'
  const headers = lines.map((line) => headerOf(line, plain))
  const length = Number(headers.find(([name]) => name === 'content-length')?.[1] ?? Number.NaN)
  const bodyEnd = Number.isNaN(length) ? bytes.indexOf(0, head.end) : head.end + length
  if (bytes[bodyEnd] !== 0) return undefined
  let end = bodyEnd + 1
  while (bytes[end] === 10 || bytes[end] === 13) end += 1
  const body = bodyEnd === head.end ? '' : jsonOrText(utf8(bytes.subarray(head.end, bodyEnd)))
  return { frame: { command, headers, body }, end }
}

/** Its lines, up to the empty one. */
function headAt(bytes: Uint8Array, start: number): { lines: string[]; end: number } | undefined {
  const lines: string[] = []
  let from = start
  for (;;) {
    const lineEnd = bytes.indexOf(10, from)
    if (lineEnd === -1) return undefined
    const line = utf8(bytes.subarray(from, lineEnd)).replace(/\r$/, '')
    from = lineEnd + 1
    if (line === '') return { lines, end: from }
    lines.push(line)
  }
}

function headerOf(line: string, plain: boolean): readonly [string, string] {
  const colon = line.indexOf(':')
  const [name, value] = [line.slice(0, colon), line.slice(colon + 1)]
  return plain ? [name, value] : [unescaped(name), unescaped(value)]
}

function unescaped(text: string): string {
  return text.replace(/\\([rnc\\])/g, (_, letter: string) => escapes[letter] ?? letter)
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}
