/** RFC 9110 §5.6.2: token = 1*tchar. */
const tokenOnly = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/**
 * RFC 9110 §5.5: what a field value is made of. Everything else is a control character, which may
 * split the head in two for the next reader, or not of one byte.
 */
const fieldContentOnly = /^[\t\x20-\x7e\x80-\xff]*$/

/** Whether `text` is a token (RFC 9110 §5.6.2), such as a method, a field name or a subprotocol. */
export function isToken(text: string): boolean {
  return tokenOnly.test(text)
}

/** Whether `text` can be a field value: no control character but the tab, none above U+00FF. */
export function isFieldValue(text: string): boolean {
  return fieldContentOnly.test(text)
}

/** `text` without the spaces and tabs around it (RFC 9110 §5.6.3), and without those only. */
export function trimWhitespace(text: string): string {
  // Not String.trim(): it also takes U+00A0, which is obs-text and belongs to the value.
  let from = 0
  let to = text.length
  while (from < to && isWhitespace(text, from)) from++
  while (to > from && isWhitespace(text, to - 1)) to--
  return text.slice(from, to)
}

function isWhitespace(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t'
}

/** The elements of a list-based field; empty ones do not count (RFC 9110 §5.6.1.2). */
export function splitList(value: string): string[] {
  return value
    .split(',')
    .map(trimWhitespace)
    .filter((element) => element !== '')
}

/** Whether the list in `value` has `token`, which is in lower case, in any case (RFC 9110 §7.6.1). */
export function hasToken(value: string | undefined, token: string): boolean {
  if (value === undefined) return false
  const list = value.toLowerCase()
  return list === token || splitList(list).includes(token)
}
