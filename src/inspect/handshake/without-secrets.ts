import { redacted, secretHeaders } from '../recording/redaction.ts'
import type { ExplainedHead, Explanation } from './explain-handshake.ts'

/** A value that is long enough to be looked for in other words. */
const shortest = 8

/** A secret header with its value, wherever it is quoted: to the end of the line, for nobody knows where it ends. */
const quotedHeader = new RegExp(`\\b(${secretHeaders.join('|')})([ \\t]*:[ \\t]*)[^\\n]*`, 'gi')
/** RFC 6750 §2.1 and RFC 7617 §2, also in a line that is no header. */
const credentials = /\b(bearer|basic)([ \t]+)[\w.~+/-]{4,}=*/gi
/** RFC 7519 §3: a token begins with {" in base64url. Some send one as a subprotocol. */
const webToken = /\beyJ[\w-]{8,}(?:\.[\w-]*)*/g
/** Parameters that let somebody in, by how they are called. */
const parameter =
  /([?&;](?:[\w.-]*(?:token|secret|passw|passphrase|api[_-]?key|signature|credential|session|ticket)[\w.-]*|auth|authorization|code|jwt|key|pass|pwd|sig|sid)=)[^&#\s"';]*/gi
/** RFC 3986 §3.2.1. */
const userInformation = /(\/\/)[^/\s@?#"]+@/g

/**
 * An explanation that can be passed on: without the values of Authorization, Proxy-Authorization, Cookie and
 * Set-Cookie, without credentials and tokens, and without the parameters of URLs that are called like one.
 */
export function withoutSecrets<Explained extends Explanation>(explanation: Explained): Explained {
  const heads = [explanation.request, explanation.response]
  const values = heads
    .flatMap((head) => secretFields(head).map(({ value }) => value))
    .filter((value) => value.length >= shortest)
  const hidden = mapped(explanation, (text) => hide(text, values))
  for (const head of [hidden.request, hidden.response]) {
    for (const field of secretFields(head)) (field as { value: string }).value = redacted
  }
  return hidden
}

function secretFields(head: ExplainedHead | undefined): ExplainedHead['fields'] {
  return head?.fields.filter(({ name }) => secretHeaders.includes(name.toLowerCase())) ?? []
}

function hide(text: string, values: readonly string[]): string {
  const hidden = values.reduce((left, value) => left.replaceAll(value, redacted), text)
  return hidden
    .replace(quotedHeader, `$1$2${redacted}`)
    .replace(credentials, `$1$2${redacted}`)
    .replace(webToken, redacted)
    .replace(parameter, `$1${redacted}`)
    .replace(userInformation, `$1${redacted}@`)
}

/** A copy with other texts. */
function mapped<Value>(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value) as Value
  if (Array.isArray(value)) return value.map((one: unknown) => mapped(one, change)) as Value
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, mapped(one as unknown, change)]),
  ) as Value
}
