import { type Exchange, writtenRequest, writtenResponse } from './written-head.ts'

/** An object of JSON; nothing in it can be counted on. */
type Json = Readonly<Record<string, unknown>>

/**
 * The WebSocket handshakes of a HAR file as a browser saves it; `undefined` when `json` is no HAR.
 * @param json What `JSON.parse` made of the file.
 */
export function harExchanges(json: unknown): Exchange[] | undefined {
  const { entries } = objectIn(objectIn({ json }, 'json'), 'log')
  if (!Array.isArray(entries)) return undefined
  return entries
    .map((_, at) => objectIn(entries as unknown as Json, String(at)))
    .filter(isWebSocket)
    .map(exchangeOf)
}

function isWebSocket(entry: Json): boolean {
  const { _resourceType: type, _webSocketMessages: messages } = entry
  const request = objectIn(entry, 'request')
  return (
    type === 'websocket' ||
    messages !== undefined ||
    /^wss?:/i.test(textIn(request, 'url')) ||
    linesOf(request).some((line) => /^upgrade: websocket$/i.test(line))
  )
}

function exchangeOf(entry: Json): Exchange {
  const request = objectIn(entry, 'request')
  const response = objectIn(entry, 'response')
  const target = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(textIn(request, 'url'))?.[1] ?? ''
  const path = target.startsWith('/') ? target : `/${target}`
  const line = `${textIn(request, 'method') || 'GET'} ${path} ${version(request)}`
  const asked = writtenRequest([line, ...linesOf(request)])
  // Browsers write status 0 where there was no answer.
  const { status } = response
  if (typeof status !== 'number' || status === 0) return { request: asked }
  const statusLine = `${version(response)} ${status} ${textIn(response, 'statusText')}`.trimEnd()
  const content = objectIn(response, 'content')
  // Base64, of what is no text.
  const text = content['encoding'] === undefined ? textIn(content, 'text') : ''
  return { request: asked, response: writtenResponse([statusLine, ...linesOf(response)], text) }
}

function version(message: Json): string {
  const written = textIn(message, 'httpVersion')
  return /^http\/\d/i.test(written) ? written.toUpperCase() : 'HTTP/1.1'
}

/** Chrome writes a repeated header as one, with line feeds between its values. */
function linesOf({ headers }: Json): string[] {
  if (!Array.isArray(headers)) return []
  return headers.flatMap((_, at) => {
    const header = objectIn(headers as unknown as Json, String(at))
    const values = textIn(header, 'value').split('\n')
    return values.map((value) => `${textIn(header, 'name')}: ${value}`)
  })
}

function objectIn(json: Json, name: string): Json {
  const value = json[name]
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}

function textIn(json: Json, name: string): string {
  const value = json[name]
  return typeof value === 'string' ? value : ''
}
