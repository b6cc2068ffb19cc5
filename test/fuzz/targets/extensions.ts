import assert from 'node:assert/strict'
import { type Extension, formatExtensions, parseExtensions } from '../../../dist/core/index.js'
import { fromLatin1, latin1 } from '../bytes.ts'
import type { Target } from '../target.ts'

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
/** RFC 6455 §9.1: a quoted value is a token once its backslashes are gone. */
const quotedToken = '"(?:\\\\?[!#$%&\'*+\\-.^_`|~0-9A-Za-z])+"'
const space = '[ \\t]*'
const param = `;${space}(${token})${space}(?:=${space}(${token}|${quotedToken})${space})?`
const element = `${token}${space}(?:;${space}${token}${space}(?:=${space}(?:${token}|${quotedToken})${space})?)*`
/** RFC 2616 §2.1: "null elements are allowed", but one has to be there. */
const list = new RegExp(`^${space}(?:${element})?(?:,${space}(?:${element})?)*$`)

/** The grammar of RFC 6455 §9.1 as one regular expression, and then taken apart with two. */
function naiveExtensions(value: string): Extension[] | undefined {
  if (!list.test(value)) return undefined
  const elements = value.match(new RegExp(element, 'g')) ?? []
  if (elements.length === 0) return undefined
  return elements.map((text) => {
    const [name = ''] = new RegExp(`^${token}`).exec(text) ?? []
    const params = Array.from(
      text.matchAll(new RegExp(param, 'g')),
      (found): [string, string | true] => [
        found[1] ?? '',
        found[2]?.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') ?? true,
      ],
    )
    return { name, params }
  })
}

/** Sec-WebSocket-Extensions: read as the grammar says, and the same again after it was written. */
export const extensions: Target = {
  name: 'extensions',
  seeds: [
    'permessage-deflate; client_max_window_bits; server_max_window_bits=10',
    'x; a="b\\c", , y;q',
    'permessage-deflate; client_no_context_takeover, permessage-deflate',
  ].map(fromLatin1),
  dictionary: [
    'permessage-deflate',
    ';',
    '=',
    '"',
    '\\',
    ', ',
    ',,',
    '\t',
    '\r\n',
    '\0',
    '\xff',
    'server_no_context_takeover',
    'client_no_context_takeover',
    'server_max_window_bits=8',
    'client_max_window_bits="15"',
    '__proto__',
    'constructor',
    '; a=1; a=2',
    '=""',
  ].map(fromLatin1),
  maxLength: 400,

  run(input) {
    const value = latin1(input)
    const read = parseExtensions(value)
    assert.deepEqual(read, naiveExtensions(value), 'another reading than the grammar')
    if (!read) return ['malformed']
    const written = formatExtensions(read)
    assert.deepEqual(parseExtensions(written), read, 'not the same after it was written')
    assert.equal(formatExtensions(parseExtensions(written) ?? []), written, 'written differently')
    const most = Math.max(...read.map(({ params }) => params.length))
    return [`${Math.min(read.length, 3)} of up to ${Math.min(most, 3)}`]
  },
}
