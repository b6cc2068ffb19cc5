import { Opcode } from '../../core/opcode.ts'
import type { ConnectionRecord, FrameRecord, RecordedHead } from '../recording/records.ts'
import { type ExportPorts, payloadData } from './payload-text.ts'
import { atOnce, type ConnectionFrames, framesByConnection, type Recorded } from './recorded.ts'

/** Who writes the file. */
export interface HarCreator {
  readonly name: string
  readonly version: string
}

/** A message as Chrome writes one: from the client's point of view, binary in base64. */
export interface HarWebSocketMessage {
  readonly type: 'send' | 'receive'
  /** Seconds since 1970, with a fraction. */
  readonly time: number
  readonly opcode: number
  readonly data: string
}

interface NameAndValue {
  readonly name: string
  readonly value: string
}

/** A HAR 1.2 file with the fields that Chrome adds for WebSockets. */
export interface Har {
  readonly log: {
    readonly version: '1.2'
    readonly creator: HarCreator
    readonly pages: readonly never[]
    readonly entries: readonly HarWebSocketEntry[]
  }
}

export interface HarWebSocketEntry {
  readonly _initiator: { readonly type: 'other' }
  readonly _priority: 'High'
  readonly _resourceType: 'websocket'
  readonly _webSocketMessages: readonly HarWebSocketMessage[]
  readonly _connectionId: string
  readonly cache: Readonly<Record<string, never>>
  /** The port of the server. */
  readonly connection: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly httpVersion: string
    readonly headers: readonly NameAndValue[]
    readonly queryString: readonly NameAndValue[]
    readonly cookies: readonly never[]
    readonly headersSize: number
    readonly bodySize: number
  }
  readonly response: {
    readonly status: number
    readonly statusText: string
    readonly httpVersion: string
    readonly headers: readonly NameAndValue[]
    readonly cookies: readonly never[]
    readonly content: { readonly size: number; readonly mimeType: string }
    readonly redirectURL: string
    readonly headersSize: number
    readonly bodySize: number
    readonly _transferSize: number
    readonly _error: null
    readonly _fetchedViaServiceWorker: false
  }
  readonly serverIPAddress: string
  readonly startedDateTime: string
  readonly time: number
  readonly timings: Readonly<Record<string, number>>
  /** How many messages are not whole, for Chrome has no field that says so. */
  readonly comment?: string
}

/**
 * A recording as a HAR file, with `_webSocketMessages` as Chrome writes and reads them: whole messages,
 * inflated, those of which the last frame is kept.
 */
export function toHar(recorded: Recorded, creator: HarCreator, ports: ExportPorts): Har {
  const ends = atOnce(messageEnds(recorded))
  const entries = [...recorded.connections].map((connection) => {
    const messages: HarWebSocketMessage[] = []
    const sums = new MessageSums()
    for (const frame of ends.get(connection.id) ?? []) {
      sums.add(frame)
      messages.push(messageOf(frame, connection.role, ports))
    }
    return entryOf(connection, messages, sums)
  })
  return logOf(creator, entries)
}

/**
 * The text of what {@link toHar} makes, as `JSON.stringify` writes it, in pieces: for recordings that are not to
 * be in memory once more, nor to be written in one go. Some pieces are empty.
 */
export function* toHarPieces(
  recorded: Recorded,
  creator: HarCreator,
  ports: ExportPorts,
): Generator<string> {
  const ends = yield* messageEnds(recorded)
  const [beforeEntries, afterEntries] = around(logOf(creator, []), 'entries')
  yield beforeEntries
  let separator = ''
  for (const connection of recorded.connections) {
    const sums = new MessageSums()
    const [beforeMessages] = around(entryOf(connection, [], sums), messagesName)
    yield separator + beforeMessages
    separator = ''
    for (const frame of ends.get(connection.id) ?? []) {
      sums.add(frame)
      yield separator + JSON.stringify(messageOf(frame, connection.role, ports))
      separator = ','
    }
    const [, afterMessages] = around(entryOf(connection, [], sums), messagesName)
    yield afterMessages
    separator = ','
  }
  yield afterEntries
}

/** The text of an object before and behind the items of its first list of this name, which is empty. */
function around(object: object, name: string): readonly [before: string, after: string] {
  const text = JSON.stringify(object)
  const inside = text.indexOf(`"${name}":[]`) + name.length + 4
  return [text.slice(0, inside), text.slice(inside)]
}

const messagesName = '_webSocketMessages'

/** The last frames of the messages of each connection. */
function messageEnds(recorded: Recorded): Generator<string, ReadonlyMap<number, ConnectionFrames>> {
  return framesByConnection(recorded, '', ({ message }) => message !== undefined)
}

function logOf(creator: HarCreator, entries: readonly HarWebSocketEntry[]): Har {
  return { log: { version: '1.2', creator, pages: [], entries } }
}

/** What an entry says of its messages. */
class MessageSums {
  count = 0
  /** Those of which not all is there. */
  cut = 0
  /** When the last one came or went. */
  last: number | undefined

  add({ at, message }: FrameRecord): void {
    this.count++
    if (message!.payload?.length !== message!.length) this.cut++
    this.last = at
  }
}

function entryOf(
  connection: ConnectionRecord,
  messages: readonly HarWebSocketMessage[],
  sums: MessageSums,
): HarWebSocketEntry {
  const { id, url, role, openedAt, local, remote, closed } = connection
  const last = closed?.at ?? sums.last ?? openedAt
  const server = role === 'server' ? local : remote
  return {
    _initiator: { type: 'other' },
    _priority: 'High',
    _resourceType: 'websocket',
    [messagesName]: messages,
    // To DevTools 0 is none.
    _connectionId: String(id + 1),
    cache: {},
    connection: String(server?.port ?? 80),
    request: requestOf(connection.request, url),
    response: responseOf(connection.response),
    serverIPAddress: server?.address ?? '',
    startedDateTime: new Date(openedAt).toISOString(),
    time: last - openedAt,
    timings: {
      blocked: -1,
      dns: -1,
      ssl: -1,
      connect: -1,
      send: 0,
      wait: 0,
      receive: last - openedAt,
      _blocked_queueing: -1,
    },
    ...(sums.cut > 0 && {
      comment: `${sums.cut} of ${sums.count} messages were cut, redacted or not inflated`,
    }),
  }
}

function messageOf(
  { at, direction, message }: FrameRecord,
  role: ConnectionRecord['role'],
  ports: ExportPorts,
): HarWebSocketMessage {
  const { opcode, payload = noBytes } = message!
  const sent = (role === 'client') === (direction === 'transmit')
  return {
    type: sent ? 'send' : 'receive',
    time: at / 1000,
    opcode,
    data: payloadData(payload, opcode === Opcode.text, ports),
  }
}

const noBytes = new Uint8Array(0)

function requestOf(head: RecordedHead | undefined, url: string): HarWebSocketEntry['request'] {
  const [method = 'GET', , httpVersion = 'HTTP/1.1'] = head?.line.split(' ') ?? []
  return {
    method,
    url,
    httpVersion,
    headers: headersOf(head),
    queryString: queryOf(url),
    cookies: [],
    headersSize: -1,
    bodySize: 0,
  }
}

function responseOf(head: RecordedHead | undefined): HarWebSocketEntry['response'] {
  const [, httpVersion = 'HTTP/1.1', status = '101', statusText = ''] =
    /^(\S+) (\d+) ?(.*)$/.exec(head?.line ?? '') ?? []
  return {
    status: Number(status),
    statusText,
    httpVersion,
    headers: headersOf(head),
    cookies: [],
    content: { size: 0, mimeType: 'x-unknown' },
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
    _transferSize: 0,
    _error: null,
    _fetchedViaServiceWorker: false,
  }
}

function headersOf(head: RecordedHead | undefined): NameAndValue[] {
  return head?.fields.map(([name, value]) => ({ name, value })) ?? []
}

function queryOf(url: string): NameAndValue[] {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ''
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return { name, value: value.join('=') }
    })
}
