import { isControl } from '../../core/opcode.ts'
import { base64 } from '../../core/handshake/base64.ts'
import type { ConnectionRecord, FrameRecord, RecordedHead } from '../recording/records.ts'
import { type ExportPorts, payloadData } from './payload-text.ts'

/** An event of the Chrome DevTools Protocol, in its domain Network. */
export interface NetworkEvent {
  readonly method: `Network.webSocket${string}`
  readonly params: Readonly<Record<string, unknown>>
}

/** What DevTools is told when a connection is there: that it was made, and both heads. */
export function openedEvents(connection: ConnectionRecord): NetworkEvent[] {
  const { url, openedAt, request, response } = connection
  const requestId = requestIdOf(connection.id)
  const timestamp = openedAt / 1000
  const events: NetworkEvent[] = [event('Created', { requestId, url })]
  if (request) {
    const headers = headersOf(request)
    const about = { requestId, timestamp, wallTime: openedAt / 1000, request: { headers } }
    events.push(event('WillSendHandshakeRequest', about))
  }
  if (response) {
    const about = { requestId, timestamp, response: responseOf(response, request) }
    events.push(event('HandshakeResponseReceived', about))
  }
  return events
}

/**
 * What it is told of a frame: a message with its last one, whole and inflated, as Chrome tells of them, and
 * control frames as well. Sent is what the end sends that records.
 */
export function frameEvents(frame: FrameRecord, ports: ExportPorts): NetworkEvent[] {
  const { connection, at, direction, maskKey, message, opcode, payload } = frame
  if (!message && !isControl(opcode)) return []
  const sort = (message ?? frame).opcode
  const bytes = (message ? message.payload : payload) ?? new Uint8Array(0)
  // Chrome's own has text for text, and base64 for all else.
  const data = message ? payloadData(bytes, sort === 1, ports) : base64(bytes)
  const response = { opcode: sort, mask: maskKey !== undefined, payloadData: data }
  const about = { requestId: requestIdOf(connection), timestamp: at / 1000, response }
  return [event(direction === 'transmit' ? 'FrameSent' : 'FrameReceived', about)]
}

/** What it is told of the end; why, where that was no closing handshake. */
export function closedEvents({ id, closed, unreadable }: ConnectionRecord): NetworkEvent[] {
  if (!closed) return []
  const requestId = requestIdOf(id)
  const timestamp = closed.at / 1000
  const why = unreadable ?? (closed.wasClean ? undefined : closed.diagnosis)
  return [
    ...(why === undefined
      ? []
      : [event('FrameError', { requestId, timestamp, errorMessage: why })]),
    event('Closed', { requestId, timestamp }),
  ]
}

function event(name: string, params: NetworkEvent['params']): NetworkEvent {
  return { method: `Network.webSocket${name}`, params }
}

function requestIdOf(connection: number): string {
  return `tidewire.${connection}`
}

function responseOf(response: RecordedHead, request: RecordedHead | undefined): object {
  const [, status = '0', ...reason] = response.line.split(' ')
  return {
    status: Number(status),
    statusText: reason.join(' '),
    headers: headersOf(response),
    headersText: textOf(response),
    ...(request && { requestHeaders: headersOf(request), requestHeadersText: textOf(request) }),
  }
}

/** Chrome joins lines of the same name with a line feed. */
function headersOf({ fields }: RecordedHead): Record<string, string> {
  const headers = new Map<string, string>()
  for (const [name, value] of fields) {
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  return Object.fromEntries(headers)
}

function textOf({ line, fields }: RecordedHead): string {
  return [line, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n')
}
