import { type Exchange, writtenRequest, writtenResponse } from './written-head.ts'

/** The parts of HAR 1.2 that a handshake is read from; none of them can be counted on. */
interface HarEntry {
  readonly _resourceType?: string
  readonly _webSocketMessages?: unknown
  readonly request?: HarMessage & { readonly method?: string; readonly url?: string }
  readonly response?: HarMessage & {
    readonly status?: number
    readonly statusText?: string
    readonly content?: { readonly text?: string; readonly encoding?: string }
  }
}

interface HarMessage {
  readonly httpVersion?: string
  readonly headers?: readonly { readonly name?: string; readonly value?: string }[]
}

/**
 * The WebSocket handshakes of a HAR file as a browser saves it; `undefined` when `json` is no HAR.
 * @param json What `JSON.parse` made of the file.
 */
export function harExchanges(json: unknown): Exchange[] | undefined {
  const entries = (json as { log?: { entries?: unknown } } | null)?.log?.entries
  if (!Array.isArray(entries)) return undefined
  return (entries as (HarEntry | null)[]).filter((entry) => isWebSocket(entry)).map(exchangeOf)
}

function isWebSocket(entry: HarEntry | null): entry is HarEntry {
  const { _resourceType: type, _webSocketMessages: messages, request } = entry ?? {}
  return (
    type === 'websocket' ||
    messages !== undefined ||
    /^wss?:/i.test(request?.url ?? '') ||
    linesOf(request).some((line) => /^upgrade: websocket$/i.test(line))
  )
}

function exchangeOf({ request = {}, response = {} }: HarEntry): Exchange {
  const { method = 'GET', url = '' } = request
  const target = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? ''
  const path = target.startsWith('/') ? target : `/${target}`
  const asked = writtenRequest([`${method} ${path} ${version(request)}`, ...linesOf(request)])
  // Browsers write status 0 where there was no answer.
  if (!response.status) return { request: asked }
  const line = `${version(response)} ${response.status} ${response.statusText ?? ''}`.trim()
  const { text = '', encoding } = response.content ?? {}
  const content = encoding === undefined ? text : ''
  return { request: asked, response: writtenResponse([line, ...linesOf(response)], content) }
}

function version({ httpVersion = '' }: HarMessage): string {
  return /^http\/\d/i.test(httpVersion) ? httpVersion.toUpperCase() : 'HTTP/1.1'
}

/** Chrome writes a repeated header as one, with line feeds between its values. */
function linesOf({ headers = [] }: HarMessage = {}): string[] {
  return headers.flatMap(({ name = '', value = '' }) =>
    value.split('\n').map((one) => `${name}: ${one}`),
  )
}
