import type { Head } from './head.ts'

export type RequestCheck =
  | 'method'
  | 'version'
  | 'target'
  | 'host'
  | 'upgrade'
  | 'connection'
  | 'key-form'
  | 'key-fresh'
  | 'websocket-version'
  | 'no-content'

/** What a client's opening request has to be (RFC 6455 §4.1), item by item: what is wrong with it, if anything is. */
export const requestChecks: Readonly<Record<RequestCheck, (head: Head) => string | undefined>> = {
  method: ({ start }) => unless(start.startsWith('GET '), start),
  version: ({ start }) => unless(/ HTTP\/1\.[1-9]$/.test(start), start),
  target: ({ start }) => unless(/^GET \/[^ #]* HTTP/.test(start), start),
  host: ({ fields }) => unless(fields.all('host').length === 1, 'not exactly one Host'),
  upgrade: ({ fields }) => unless(hasToken(fields.get('upgrade'), 'websocket'), 'Upgrade'),
  connection: ({ fields }) => unless(hasToken(fields.get('connection'), 'upgrade'), 'Connection'),
  'key-form': ({ fields }) => {
    const [key = '', another] = fields.all('sec-websocket-key')
    const form = /^[A-Za-z0-9+/]{21}[AQgw]==$/
    return unless(form.test(key) && another === undefined, `Sec-WebSocket-Key: ${key}`)
  },
  'key-fresh': ({ seenKey }) => unless(!seenKey, 'the key of an earlier connection'),
  'websocket-version': ({ fields }) =>
    unless(
      fields.all('sec-websocket-version').join() === '13',
      `Sec-WebSocket-Version: ${fields.get('sec-websocket-version') ?? 'missing'}`,
    ),
  'no-content': ({ fields }) =>
    unless(!fields.has('content-length') && !fields.has('transfer-encoding'), 'it has content'),
}

function unless(right: boolean, wrong: string): string | undefined {
  return right ? undefined : wrong
}

export function hasToken(value: string | undefined, token: string): boolean {
  return (value ?? '').split(',').some((part) => part.trim().toLowerCase() === token)
}
