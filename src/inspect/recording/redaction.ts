import { latin1, latin1Bytes } from '../../core/handshake/latin1.ts'
import type { RecordedHead } from './records.ts'

/** What is written in place of a secret. */
export const redacted: string = '[redacted]'

/** Headers whose values let somebody in. */
export const secretHeaders: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
]

/** What to take out before anything is stored. */
export interface RedactionOptions {
  /** Headers by name, in any case. Default Authorization, Proxy-Authorization, Cookie and Set-Cookie. */
  readonly headers?: readonly string[] | undefined
  /**
   * Names of fields in JSON text, at any depth, also where other text is around it, and of parameters of
   * the URL. Default none. Binary messages are not looked into.
   */
  readonly fields?: readonly string[] | undefined
}

/** Takes secrets out of handshakes and messages. */
export class Redaction {
  readonly #headers: ReadonlySet<string>
  readonly #fields: ReadonlySet<string>

  constructor({ headers = secretHeaders, fields = [] }: RedactionOptions = {}) {
    this.#headers = new Set(headers.map((name) => name.toLowerCase()))
    this.#fields = new Set(fields.map(utf8))
  }

  /** Whether messages are looked into. */
  get looksInside(): boolean {
    return this.#fields.size > 0
  }

  head({ line, fields }: RecordedHead): RecordedHead {
    return {
      line: line.replace(/\?\S*/, (query) => this.url(query)),
      fields: fields.map(([name, value]) => {
        const secret = this.#headers.has(name.toLowerCase())
        return [name, secret ? redacted : value]
      }),
    }
  }

  /** A URL without the values of secret parameters. */
  url(url: string): string {
    return url.replace(/([?&])([^=&#]+)=([^&#]*)/g, (whole, mark: string, name: string) =>
      this.#fields.has(utf8(decoded(name))) ? `${mark}${name}=${redacted}` : whole,
    )
  }

  /** UTF-8 without the values of secret fields; `undefined` when there are none. */
  payload(bytes: Uint8Array): Uint8Array | undefined {
    // JSON is made of ASCII, so bytes are read as characters, and what was cut off loses nothing.
    const text = latin1(bytes)
    const safe = this.#text(text)
    return safe === text ? undefined : latin1Bytes(safe)
  }

  #text(text: string): string {
    const name = /"((?:[^"\\]|\\.)*)"\s*:\s*/g
    let result = ''
    let from = 0
    for (let found = name.exec(text); found; found = name.exec(text)) {
      if (!this.#fields.has(unescaped(found[1]!))) continue
      const value = found.index + found[0].length
      const end = valueEnd(text, value)
      result += `${text.slice(from, value)}"${redacted}"`
      from = end
      name.lastIndex = end
    }
    return result + text.slice(from)
  }
}

/** Where the JSON value that begins at `from` ends; the end of the text for one that was cut off. */
function valueEnd(text: string, from: number): number {
  const first = text[from]
  if (first === '"') return stringEnd(text, from)
  if (first !== '{' && first !== '[') {
    const rest = /[,}\]\s]/.exec(text.slice(from))
    return rest ? from + rest.index : text.length
  }
  let depth = 0
  for (let at = from; at < text.length;) {
    const character = text[at]
    if (character === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (character === '{' || character === '[') depth++
    if (character === '}' || character === ']') depth--
    at++
    if (depth === 0) return at
  }
  return text.length
}

function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

/** A name may be written with escapes that hide it. */
function unescaped(name: string): string {
  return name
    .replace(/(?:\\u[0-9a-f]{4})+/gi, (units) => utf8(JSON.parse(`"${units}"`) as string))
    .replace(/\\(.)/g, '$1')
}

/** The bytes of a text in UTF-8, each as a character. */
function utf8(text: string): string {
  // A lone surrogate has no UTF-8, and throws.
  const whole = text.replace(/\p{Surrogate}/gu, '\ufffd')
  return encodeURIComponent(whole).replace(/%(..)/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
