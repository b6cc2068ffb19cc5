import {
  headersIn,
  type Json,
  objectIn,
  requestLine,
  statusLine,
  textIn,
  webSocketEntries,
} from '../har-entry.ts'
import { type Exchange, writtenRequest, writtenResponse } from './written-head.ts'

/**
 * The WebSocket handshakes of a HAR file as a browser saves it; `undefined` when `json` is no HAR.
 * @param json What `JSON.parse` made of the file.
 */
export function harExchanges(json: unknown): Exchange[] | undefined {
  return webSocketEntries(json)?.map(exchangeOf)
}

function exchangeOf(entry: Json): Exchange {
  const response = objectIn(entry, 'response')
  const asked = writtenRequest([requestLine(entry), ...linesOf(objectIn(entry, 'request'))])
  const line = statusLine(entry)
  if (line === undefined) return { request: asked }
  const content = objectIn(response, 'content')
  // Base64, of what is no text.
  const text = content['encoding'] === undefined ? textIn(content, 'text') : ''
  return { request: asked, response: writtenResponse([line, ...linesOf(response)], text) }
}

function linesOf(message: Json): string[] {
  return headersIn(message).map(([name, value]) => `${name}: ${value}`)
}
