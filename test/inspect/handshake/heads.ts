import { explainHandshake, type Finding, readTranscript } from '../../../dist/inspect/index.js'

/** What to change in a head: `undefined` leaves a field out, a list repeats it. */
export type Changes = Readonly<Record<string, string | readonly string[] | undefined>>

/** A request with which nothing is wrong or unusual. */
export function request(changes: Changes = {}, line = 'GET /chat HTTP/1.1'): string {
  return head(line, {
    Host: 'server.example',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': '9v2yS2GxhbG0SXX4JfwUyQ==',
    'Sec-WebSocket-Version': '13',
    ...changes,
  })
}

/** The answer to it, with which nothing is wrong either. */
export function response(changes: Changes = {}, line = 'HTTP/1.1 101 Switching Protocols'): string {
  return head(line, {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': '1rOSTz0Z8SVz/UuXXhi47T7a3xU=',
    ...changes,
  })
}

/** A response without the fields of an upgrade. */
export function refusal(line: string, fields: Changes = {}, content = ''): string {
  return head(line, fields) + content
}

function head(line: string, fields: Changes): string {
  const lines = [line]
  for (const [name, values] of Object.entries(fields)) {
    for (const value of [values ?? []].flat()) lines.push(`${name}: ${value}`)
  }
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** What is found in the one handshake of a text. */
export function findings(text: string): readonly Finding[] {
  const [exchange] = readTranscript(text)
  return exchange ? explainHandshake(exchange).findings : []
}
