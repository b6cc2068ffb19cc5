import assert from 'node:assert/strict'
import { checkOrigin, HeaderFields } from '../../../dist/core/index.js'
import { parseAuthority, parseOrigin } from '../../../dist/core/handshake/authority.js'
import { fromLatin1, latin1 } from '../bytes.ts'
import type { Target } from '../target.ts'

const separator = '\n'

/**
 * Origin, Host and one entry of a policy, each on a line. What is let in is held against the WHATWG
 * URL parser of Node: it must never be foreign to what was allowed. (The other way round Tidewire may
 * be stricter: it compares what browsers send, which is normalised already.)
 */
export const origin: Target = {
  name: 'origin',
  seeds: [
    'https://app.example\nexample.com:8080\nhttps://app.example:443',
    'http://example.com:8080\nEXAMPLE.com:8080\nnull',
    'null\n[::1]:80\nhttp://[::1]',
    'custom://x\nx\ncustom://x:5',
  ].map(fromLatin1),
  dictionary: [
    'http://',
    'https://',
    'ws://',
    'wss://',
    'custom://',
    'file://',
    'null',
    '*',
    ':80',
    ':443',

    ':',
    ':0',
    ':65535',
    ':65536',
    ':00443',
    '[::1]',
    '127.0.0.1',
    '@',
    '/',
    '?',
    '#',
    '%2e',
    '\\',
    '.',
    ' ',
    '\t',
    '\xa0',
    '\xdf',
    'xn--',
    'example.com',
    ', ',
    'undefined',
    '\n',
    '\0',
  ].map(fromLatin1),
  maxLength: 200,

  run(input) {
    const [from = '', host = '', allowed = ''] = latin1(input).split(separator)
    const fields = new HeaderFields(['Host', host, 'Origin', from])
    const words: string[] = []

    if (checkOrigin(fields, 'same-origin') === undefined) {
      const page = parseOrigin(from)
      assert.ok(page && parseAuthority(host), 'let in what is no origin, or on no host')
      const url = urlOf(from)
      const own = urlOf(`${page.scheme}://${host}`)
      if (url && own) assert.equal(url.host, own.host, 'let in from another host')
      words.push('same origin')
    }
    if (checkOrigin(fields, [allowed]) === undefined) {
      const wanted = urlOf(allowed)
      if (from !== allowed) {
        assert.ok(parseOrigin(from), 'let in what is not an origin')
        const url = urlOf(from)
        if (url && wanted) assert.equal(originOf(url), originOf(wanted), 'let in a foreign origin')
      }
      words.push('allowed')
    }
    assert.ok(
      checkOrigin(fields, [`${allowed}x`, allowed]) ===
        checkOrigin(fields, [allowed, `${allowed}x`]),
    )

    const authority = parseAuthority(host)
    if (!authority) return [...words, 'no authority']
    assert.ok((authority.port ?? 0) <= 65_535, 'a port that is none')
    assert.doesNotMatch(authority.host, /[\s/?#@\\,]/, 'a host that is more than a host')
    const { host: name, port } = authority
    const again = parseAuthority(port === undefined ? name : `${name}:${port}`)
    assert.deepEqual(again, authority, 'not the same when written again')
    return [...words, `authority ${port === undefined ? 'alone' : 'with port'}`]
  },
}

/** `undefined` for what the URL standard does not let stand as an origin. */
function urlOf(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined
}

/**
 * RFC 6454 §4 converts every host to lower case. The URL standard leaves those of schemes that it does
 * not know as they are, but then it knows no origin of theirs either, and no browser sends one.
 */
function originOf({ protocol, host }: URL): string {
  return `${protocol}//${host.toLowerCase()}`
}
