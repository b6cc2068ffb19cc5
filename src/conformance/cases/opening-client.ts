import type { Case, HeadEdit } from '../case.ts'
import type { RequestCheck } from '../wire/request-checks.ts'
import { echo, endsWith, replies, type Row, send, table, text } from './script.ts'

const clause = 'RFC 6455 §4.1'

/** A response that a client must not take for an open connection. */
function refused(title: string, response: HeadEdit, rest: Partial<Row> = {}): Row {
  const expects = endsWith({ kind: 'refuses', statuses: [] })
  return { title, role: 'client', opening: { response }, script: [], expects, ...rest }
}

function accepted(title: string, response: HeadEdit, rest: Partial<Row> = {}): Row {
  const script = [send(text('hello'))]
  return {
    title,
    role: 'client',
    opening: { response },
    script,
    expects: replies(echo('text', 'hello')),
    ...rest,
  }
}

const titles: Readonly<Record<RequestCheck, string>> = {
  method: 'the request is a GET',
  version: 'the request is HTTP/1.1',
  target: 'the target is a path without a fragment',
  host: 'there is one Host',
  upgrade: 'Upgrade names websocket',
  connection: 'Connection names Upgrade',
  'key-form': 'the key is 16 bytes in base64, once',
  'key-fresh': 'the key is a new one',
  'websocket-version': 'the version is 13, once',
  'no-content': 'the request has no content',
}

const requests: readonly Row[] = Object.entries(titles).map(([check, title]) => ({
  title,
  role: 'client',
  script: [send(text('hello'))],
  expects: { ...replies(echo('text', 'hello')), check: check as RequestCheck },
}))

const accept = 'Sec-WebSocket-Accept'
const accepts: readonly Row[] = [
  refused('no Sec-WebSocket-Accept', { fields: { [accept]: undefined } }),
  refused('empty Sec-WebSocket-Accept', { fields: { [accept]: '' } }),
  refused('the accept of another key', { fields: { [accept]: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=' } }),
  refused('the accept cut short', { fields: { [accept]: 's3pPLMBiTxaQ9kYGzzhZ' } }),
  refused('the accept followed by something', { fields: { [accept]: '{accept}x' } }),
  refused(
    'the accept twice, once wrong',
    { fields: { [accept]: ['{accept}', 'wrong'] } },
    { severity: 'SHOULD' },
  ),
]

const upgrades: readonly Row[] = [
  refused('no Upgrade', { fields: { Upgrade: undefined } }),
  refused('Upgrade to something else', { fields: { Upgrade: 'h2c' } }),
  refused('Upgrade: websockets', { fields: { Upgrade: 'websockets' } }),
  refused('no Connection', { fields: { Connection: undefined } }),
  refused('Connection: close', { fields: { Connection: 'close' } }),
  refused('Connection: upgraded', { fields: { Connection: 'upgraded' } }),
]

const statuses: readonly Row[] = [
  '200 OK',
  '204 No Content',
  '400 Bad Request',
  '403 Forbidden',
  '404 Not Found',
  '426 Upgrade Required',
  '500 Internal Server Error',
  '503 Service Unavailable',
].map((status) =>
  refused(`status ${status}`, {
    start: `HTTP/1.1 ${status}`,
    fields: { 'Content-Length': '0' },
  }),
)

const startLines: readonly Row[] = [
  refused('no HTTP at all', { start: 'SSH-2.0-OpenSSH_9.9' }),
  refused('a status of two digits', { start: 'HTTP/1.1 10 Switching' }),
  refused('HTTP/1.0', { start: 'HTTP/1.0 101 Switching Protocols' }, { severity: 'informational' }),
  refused('HTTP/2', { start: 'HTTP/2 101 Switching Protocols' }, { severity: 'informational' }),
]

const negotiation: readonly Row[] = [
  refused('a subprotocol that was not offered', {
    fields: { 'Sec-WebSocket-Protocol': 'x-unoffered' },
  }),
  refused('two subprotocols', { fields: { 'Sec-WebSocket-Protocol': 'x-a, x-b' } }),
  ...['x-unoffered', 'x-unoffered; a=1', 'permessage-foo'].map((value) =>
    refused(`an extension that was not offered: ${value}`, {
      fields: { 'Sec-WebSocket-Extensions': value },
    }),
  ),
  ...['=', 'a b', '; a'].map((value) =>
    refused(
      `malformed extensions: ${value}`,
      { fields: { 'Sec-WebSocket-Extensions': value } },
      { clause: 'RFC 6455 §9.1' },
    ),
  ),
]

const syntax: readonly Row[] = [
  refused('a line without a colon', { lines: ['bad line'] }, { severity: 'SHOULD' }),
  refused('a space before a colon', { lines: ['X-Bad : 1'] }, { severity: 'informational' }),
  refused('a NUL in a value', { lines: ['X-Bad: a\0b'] }, { severity: 'SHOULD' }),
  refused(
    'a head of 1 MiB',
    { fields: { 'X-Large': 'x'.repeat(1 << 20) } },
    { severity: 'informational' },
  ),
]

/** "A client MUST be able to parse one or more 1xx responses". */
const interim = { clause: 'RFC 9110 §15.2' } as const
const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n'
const generous: readonly Row[] = [
  accepted('Upgrade in capitals', { fields: { Upgrade: 'WebSocket' } }),
  accepted('Connection in capitals, in a list', { fields: { Connection: 'keep-alive, UPGRADE' } }),
  accepted('names of fields in lower case', {
    fields: { Upgrade: undefined, Connection: undefined },
    lines: ['upgrade: websocket', 'connection: upgrade'],
  }),
  accepted('another reason phrase', { start: 'HTTP/1.1 101 Welcome' }),
  accepted('no reason phrase', { start: 'HTTP/1.1 101 ' }),
  accepted('fields that nobody knows', { fields: { Server: 'x', 'X-Unknown': 'yes' } }),
  accepted('no whitespace behind a colon', { lines: ['X-Tight:1'] }),
  accepted('103 first', { before: early }, interim),
  accepted('103 twice, and then 101', { before: early + early }, interim),
  accepted('100 first', { before: 'HTTP/1.1 100 Continue\r\n\r\n' }, interim),
  accepted('a head in pieces of 1 byte', { pieces: 1 }),
  accepted('a head in pieces of 13 bytes', { pieces: 13 }),
]

/** An unmasked text of "early", behind the head in the same bytes. */
const joined: Row = {
  ...accepted('the first frame in the same write as the head', { after: '\x81\x05early' }),
  expects: replies(echo('text', 'early'), echo('text', 'hello')),
}

/** Group 21: the opening handshake of a client. */
export const openingOfClients: readonly Case[] = [
  ...table('21.1', clause, requests),
  ...table('21.2', clause, accepts),
  ...table('21.3', clause, upgrades),
  ...table('21.4', clause, statuses),
  ...table('21.5', clause, startLines),
  ...table('21.6', clause, negotiation),
  ...table('21.7', 'RFC 9112 §5', syntax),
  ...table('21.8', clause, [...generous, joined]),
]
