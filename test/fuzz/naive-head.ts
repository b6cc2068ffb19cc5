import { fromLatin1, hex } from './bytes.ts'

export interface NaiveHead {
  readonly start: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** The bytes behind the head, in hexadecimal. */
  readonly behind: string
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const text = '[\\t\\x20-\\x7e\\x80-\\xff]*'
const startLines = {
  // RFC 9112 §3, and §2.2 on empty lines before it.
  request: `(?:\\r\\n)*(${token} [!-~]+ HTTP/\\d\\.\\d)`,
  // RFC 9112 §4; the space behind the status is often forgotten.
  response: `(HTTP/\\d\\.\\d [1-9]\\d\\d(?: ${text})?)`,
} as const

/** The head in `bytes` as RFC 9112 §2.1 writes it in one rule; `undefined` where there is none. */
export function naiveHead(bytes: string, kind: keyof typeof startLines): NaiveHead | undefined {
  const head = new RegExp(`^${startLines[kind]}\\r\\n((?:${token}:${text}\\r\\n)*)\\r\\n`)
  const found = head.exec(bytes)
  if (!found) return undefined
  const [whole, start = '', lines = ''] = found
  const fields = lines
    .split('\r\n')
    .slice(0, -1)
    .map((line): [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')]
    })
  return { start, fields, behind: hex(fromLatin1(bytes.slice(whole.length))) }
}
