import type { Case, HeadEdit } from '../case.ts'
import { echo, endsWith, replies, type Row, send, table, text } from './script.ts'

/** A server that gets a request it cannot agree to answers with an error (RFC 6455 §4.2.1). */
const clause = 'RFC 6455 §4.2.1'

/** A refusal, best with one of `statuses`; any other error will do where no clause names one. */
function refused(
  title: string,
  request: HeadEdit,
  statuses: readonly number[],
  rest: Partial<Row> & { readonly field?: string } = {},
): Row {
  const { field, ...row } = rest
  const ending = {
    kind: 'refuses',
    statuses: [...statuses, 0],
    anyError: true,
    ...(field === undefined ? {} : { field }),
  } as const
  return {
    title,
    role: 'server',
    opening: { request },
    script: [],
    expects: endsWith(ending),
    ...row,
  }
}

/** A request that is as good as the plain one: the connection works. */
function accepted(title: string, request: HeadEdit, rest: Partial<Row> = {}): Row {
  const script = [send(text('hello'))]
  return {
    title,
    role: 'server',
    opening: { request },
    script,
    expects: replies(echo('text', 'hello')),
    ...rest,
  }
}

const key = 'dGhlIHNhbXBsZSBub25jZQ=='
const should = { severity: 'SHOULD' } as const
const open = { severity: 'informational' } as const
const version = { clause: 'RFC 6455 §4.2.2 item 4', field: 'Sec-WebSocket-Version' } as const

const startLines: readonly Row[] = [
  ...['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'].map((method) =>
    refused(`method ${method}`, { start: `${method} {target} HTTP/1.1` }, [405]),
  ),
  refused('HTTP/1.0', { start: 'GET {target} HTTP/1.0' }, [505]),
  refused('no HTTP version', { start: 'GET {target}' }, [400]),
  refused('HTTP/2.0 in a request-line', { start: 'GET {target} HTTP/2.0' }, [505], open),
]

const missing: readonly Row[] = [
  refused('no Host', { fields: { Host: undefined } }, [400]),
  refused('two Hosts', { fields: { Host: ['a.example', 'b.example'] } }, [400], {
    clause: 'RFC 9112 §3.2',
  }),
  refused('no Upgrade', { fields: { Upgrade: undefined } }, [426, 200, 404]),
  refused('Upgrade to something else', { fields: { Upgrade: 'h2c' } }, [426, 200, 404]),
  refused('no Connection', { fields: { Connection: undefined } }, [426, 200, 404]),
  refused('Connection: keep-alive', { fields: { Connection: 'keep-alive' } }, [426, 200, 404]),
]

const versions: readonly Row[] = [
  refused('no Sec-WebSocket-Version', { fields: { 'Sec-WebSocket-Version': undefined } }, [426], {
    severity: 'MUST',
  }),
  ...['0', '8', '12', '14', '255', '13a', '-13'].map((value) =>
    refused(
      `Sec-WebSocket-Version: ${value}`,
      { fields: { 'Sec-WebSocket-Version': value } },
      [426],
      value === '8' ? open : /^\d+$/.test(value) ? version : {},
    ),
  ),
]

/** §4.2.1 item 5 wants 16 bytes, and adds that a server need not decode them. */
const keys: readonly Row[] = [
  refused('no Sec-WebSocket-Key', { fields: { 'Sec-WebSocket-Key': undefined } }, [400]),
  refused('empty key', { fields: { 'Sec-WebSocket-Key': '' } }, [400], should),
  refused(
    'two keys',
    { fields: { 'Sec-WebSocket-Key': [key, 'AQIDBAUGBwgJCgsMDQ4PEA=='] } },
    [400],
    should,
  ),
  refused(
    'key of 15 bytes',
    { fields: { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4P' } },
    [400],
    should,
  ),
  refused(
    'key of 17 bytes',
    { fields: { 'Sec-WebSocket-Key': 'AQIDBAUGBwgJCgsMDQ4PEBE=' } },
    [400],
    should,
  ),
  refused(
    'key that is not base64',
    { fields: { 'Sec-WebSocket-Key': '!!!!IHNhbXBsZSBub25jZQ==' } },
    [400],
    should,
  ),
]

/** A length of the request is a length of another request to whoever stands in between. */
const contents: readonly Row[] = [
  refused('Content-Length: 5', { fields: { 'Content-Length': '5' }, after: 'hello' }, [400], open),
  refused('Content-Length: 0', { fields: { 'Content-Length': '0' } }, [400], open),
  refused(
    'Transfer-Encoding: chunked',
    { fields: { 'Transfer-Encoding': 'chunked' }, after: '0\r\n\r\n' },
    [400],
    open,
  ),
]

/** Who may connect is the program's decision (RFC 6455 §10.2). */
const origins: readonly Row[] = [
  refused('Origin of another site', { fields: { Origin: 'https://evil.example' } }, [403], open),
  refused('Origin: null', { fields: { Origin: 'null' } }, [403], open),
  refused(
    'Sec-Fetch-Site: cross-site',
    { fields: { 'Sec-Fetch-Site': 'cross-site' } },
    [403],
    open,
  ),
]

const protocol = 'Sec-WebSocket-Protocol'
const negotiation: readonly Row[] = [
  ...['a,,b c', 'a b', '"a"', 'a@b', 'a,a', 'a;b'].map((value) =>
    refused(`${protocol}: ${value}`, { fields: { [protocol]: value } }, [400], {
      clause: 'RFC 6455 §11.3.4',
      ...open,
    }),
  ),
  ...['permessage-deflate; ', 'a b', '=', 'a; =1', 'a; b=c d', 'a; b="c d"', ';', '"a"'].map(
    (value) =>
      refused(
        `Sec-WebSocket-Extensions: ${value}`,
        { fields: { 'Sec-WebSocket-Extensions': value } },
        [400],
        { clause: 'RFC 6455 §9.1', severity: 'SHOULD' },
      ),
  ),
  accepted('an unknown extension', { fields: { 'Sec-WebSocket-Extensions': 'x-unknown; a=1; b' } }),
  accepted('prototype names as extensions', {
    fields: { 'Sec-WebSocket-Extensions': '__proto__; constructor=1, toString; hasOwnProperty' },
  }),
]

const syntax = 'RFC 9112 §5'
const heads: readonly Row[] = [
  refused('a head of 128 KiB', { fields: { 'X-Large': 'x'.repeat(131_072) } }, [431], open),
  refused(
    '500 fields',
    { lines: Array.from({ length: 500 }, (_, at) => `X-${at}: 1`) },
    [431],
    open,
  ),
  refused('a target of 12 KiB', { start: `GET /${'a'.repeat(12_288)} HTTP/1.1` }, [414, 431], open),
  refused('a space before the colon', { lines: ['X-Bad : 1'] }, [400], { clause: 'RFC 9112 §5.1' }),
  refused('a folded line', { lines: ['X-Folded: 1', ' 2'] }, [400], {
    clause: 'RFC 9112 §5.2',
    ...open,
  }),
  refused('a line without a colon', { lines: ['bad line'] }, [400], { clause: syntax, ...should }),
  refused('a NUL in a value', { lines: ['X-Bad: a\0b'] }, [400], {
    clause: 'RFC 9110 §5.5',
    ...should,
  }),
  refused('a bare CR in a value', { lines: ['X-Bad: a\rb'] }, [400], {
    clause: 'RFC 9112 §2.2',
    ...should,
  }),
]

const generous: readonly Row[] = [
  accepted('Upgrade in capitals', { fields: { Upgrade: 'WebSocket' } }),
  accepted('Connection in capitals', { fields: { Connection: 'UPGRADE' } }),
  accepted('Connection: keep-alive, Upgrade', { fields: { Connection: 'keep-alive, Upgrade' } }),
  accepted('names of fields in lower case', {
    fields: { Upgrade: undefined, Connection: undefined },
    lines: ['upgrade: websocket', 'connection: upgrade'],
  }),
  accepted('no whitespace behind a colon', { lines: ['X-Tight:1'] }),
  accepted('fields that nobody knows', { fields: { 'X-Unknown': 'yes', __proto__2: 'x' } }),
  accepted(
    'the example of the RFC',
    { fields: { 'Sec-WebSocket-Key': key } },
    { clause: 'RFC 6455 §1.3' },
  ),
  accepted('a head in pieces of 1 byte', { pieces: 1 }),
  accepted('a head in pieces of 17 bytes', { pieces: 17 }),
  accepted(
    'subprotocols that the server may not know',
    { fields: { [protocol]: 'x-a, x-b' } },
    open,
  ),
]

/** Group 20: the opening handshake of a server. */
export const openingOfServers: readonly Case[] = [
  ...table('20.1', clause, startLines),
  ...table('20.2', clause, missing),
  ...table('20.3', clause, versions),
  ...table('20.4', clause, keys),
  ...table('20.5', 'RFC 9112 §11.2', contents),
  ...table('20.6', 'RFC 6455 §10.2', origins),
  ...table('20.7', 'RFC 6455 §9.1', negotiation),
  ...table('20.8', syntax, heads),
  ...table('20.9', clause, generous),
]
