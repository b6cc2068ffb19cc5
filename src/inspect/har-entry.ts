/** An object of JSON; nothing in it can be counted on. */
export type Json = Readonly<Record<string, unknown>>

/** The entries of a HAR file that are WebSockets; `undefined` when `json` is no HAR. */
export function webSocketEntries(json: unknown): Json[] | undefined {
  const { entries } = objectIn(objectIn({ json }, 'json'), 'log')
  if (!Array.isArray(entries)) return undefined
  return entries
    .map((_, at) => objectIn(entries as unknown as Json, String(at)))
    .filter(isWebSocket)
}

function isWebSocket(entry: Json): boolean {
  const { _resourceType: type, _webSocketMessages: messages } = entry
  const request = objectIn(entry, 'request')
  return (
    type === 'websocket' ||
    messages !== undefined ||
    /^wss?:/i.test(textIn(request, 'url')) ||
    headersIn(request).some(([name, value]) => /^upgrade: websocket$/i.test(`${name}: ${value}`))
  )
}

/** The first line of the request of an entry. */
export function requestLine(entry: Json): string {
  const request = objectIn(entry, 'request')
  const target = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(textIn(request, 'url'))?.[1] ?? ''
  const path = target.startsWith('/') ? target : `/${target}`
  return `${textIn(request, 'method') || 'GET'} ${path} ${version(request)}`
}

/** The first line of the response; `undefined` where there was none, which browsers write as status 0. */
export function statusLine(entry: Json): string | undefined {
  const response = objectIn(entry, 'response')
  const { status } = response
  if (typeof status !== 'number' || status === 0) return undefined
  return `${version(response)} ${status} ${textIn(response, 'statusText')}`.trimEnd()
}

/** Chrome writes a repeated header as one, with line feeds between its values. */
export function headersIn({ headers }: Json): [name: string, value: string][] {
  if (!Array.isArray(headers)) return []
  return headers.flatMap((_, at) => {
    const header = objectIn(headers as unknown as Json, String(at))
    const values = textIn(header, 'value').split('\n')
    return values.map((value): [string, string] => [textIn(header, 'name'), value])
  })
}

export function objectIn(json: Json, name: string): Json {
  const value = json[name]
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

export function textIn(json: Json, name: string): string {
  const value = json[name]
  return typeof value === 'string' ? value : ''
}

function version(message: Json): string {
  const written = textIn(message, 'httpVersion')
  return /^http\/\d/i.test(written) ? written.toUpperCase() : 'HTTP/1.1'
}
