import type { WrittenRequest, WrittenResponse } from './written-head.ts'

/** What a request line says, in one sentence. */
export function requestLineMeaning({ method, target }: WrittenRequest): string {
  const path = target.split('?')[0]!
  const query = target.includes('?') ? ', with a query' : ''
  return method === 'GET'
    ? `Asks for ${path === '/' ? 'the root of the server' : path}${query}, as any HTTP request does; the headers make it a WebSocket (RFC 6455 §4.1).`
    : `The method is ${method}; a WebSocket is asked for with GET (RFC 6455 §4.1).`
}

/** What a status line says, in one sentence. */
export function statusLineMeaning({ status }: WrittenResponse): string {
  if (status === 101) {
    return 'The server agrees and changes the protocol: behind this head come frames (RFC 6455 §4.2.2, RFC 9110 §15.2.2).'
  }
  const [, what] = statusClasses.find(([first]) => status >= first) ?? [0, 'No status of HTTP']
  return `${what}: the connection stays HTTP, and there is no WebSocket (RFC 6455 §4.1).`
}

const statusClasses: ReadonlyArray<readonly [first: number, what: string]> = [
  [500, 'The server failed'],
  [400, 'The server refuses the request'],
  [300, 'The server sends the client elsewhere'],
  [200, 'The server answers as to an ordinary request'],
  [100, 'An interim answer; another one follows'],
]
