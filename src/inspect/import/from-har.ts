import { Opcode } from '../../core/opcode.ts'
import { TidewireError } from '../../errors/index.ts'
import {
  headersIn,
  type Json,
  objectIn,
  requestLine,
  statusLine,
  webSocketEntries,
} from '../har-entry.ts'
import {
  type ConnectionRecord,
  type FrameRecord,
  noFlow,
  type RecordedHead,
} from '../recording/records.ts'
import { fromBase64 } from './from-base64.ts'
import { countsOf, type Imported, type ImportPorts } from './imported.ts'
import { JsonObject, malformed } from './json-object.ts'

/**
 * The WebSockets of a HAR file as Chrome or {@link toHar} writes it, seen from the client; connections are
 * numbered from 0. A HAR has messages and no frames: each message is shown as one, unmasked and not
 * compressed. How a connection ended it does not say.
 * @param json What `JSON.parse` made of the file.
 * @throws {TidewireError} `ERR_IMPORT_FORMAT` when it is no such file, `ERR_IMPORT_EMPTY` when no WebSocket
 * is in it.
 */
export function fromHar(json: unknown, ports: ImportPorts): Imported {
  const entries = webSocketEntries(json)
  if (!entries) throw malformed('the file', 'a HAR with log.entries', json)
  if (entries.length === 0) {
    throw new TidewireError('ERR_IMPORT_EMPTY', 'none of the entries of the HAR is a WebSocket')
  }
  const read = entries.map((entry, id) => readEntry(entry, id, ports))
  const frames = read
    .flatMap((one) => one.frames)
    .sort((one, other) => one.at - other.at)
    .map((frame, number) => ({ ...frame, number }))
  return {
    connections: read.map((one) => one.connection),
    frames,
    notes: read.flatMap((one) => one.notes),
  }
}

interface ReadEntry {
  readonly connection: ConnectionRecord
  readonly frames: FrameRecord[]
  readonly notes: readonly string[]
}

function readEntry(entry: Json, id: number, ports: ImportPorts): ReadEntry {
  const where = `WebSocket ${id + 1} of the HAR`
  const members = new JsonObject(entry, where)
  const messages = members.optional('_webSocketMessages')?.list('_webSocketMessages') ?? []
  // A list made by a program may have holes.
  const all = Array.from(messages, (message, at) =>
    readMessage(new JsonObject(message, `${where}, message ${at + 1}`), ports),
  )
  const frames: FrameRecord[] = []
  const sums = { transmit: 0, receive: 0 }
  for (const one of all) {
    if (typeof one !== 'string') frames.push(frameOf(one, id, sums[one.direction]++))
  }
  const skipped = all.filter((one) => typeof one === 'string')
  const comment = members.optional('comment')?.text('comment')
  return {
    connection: {
      id,
      role: 'client',
      url: members.object('request').text('url'),
      openedAt: openedAt(members, where),
      request: { line: requestLine(entry), fields: headersIn(objectIn(entry, 'request')) },
      response: responseOf(entry),
      remote: remoteOf(members),
      received: countsOf(frames, 'receive'),
      transmitted: countsOf(frames, 'transmit'),
      rtt: undefined,
      flow: noFlow,
      closed: undefined,
      unreadable: undefined,
    },
    frames,
    notes: [...(comment === undefined ? [] : [comment]), ...skipped].map(
      (note) => `${where}: ${note}`,
    ),
  }
}

interface ReadMessage {
  readonly direction: 'transmit' | 'receive'
  readonly at: number
  readonly opcode: number
  readonly payload: Uint8Array
}

const directions = { send: 'transmit', receive: 'receive' } as const

/** The message, or why it is none: Chrome writes its own errors among them. */
function readMessage(message: JsonObject, ports: ImportPorts): ReadMessage | string {
  const type = message.oneOf('type', ['send', 'receive', 'error'])
  if (type === 'error') return 'an error of the browser was left out'
  const opcode = message.integer('opcode', -1, 15)
  if (opcode !== Opcode.text && opcode !== Opcode.binary) {
    return `a frame with opcode ${opcode} was left out, which is no message`
  }
  const data = message.text('data')
  const payload = opcode === Opcode.text ? ports.encodeUtf8(data) : fromBase64(data)
  if (!payload) throw malformed(`${message.where}, data`, 'base64', data)
  // Seconds with a fraction, to the microsecond: what is beyond is an error of rounding.
  const at = Math.round(message.number('time', -8.64e12, 8.64e12) * 1e6) / 1e3
  return { direction: directions[type], at, opcode, payload }
}

function frameOf(
  { direction, at, opcode, payload }: ReadMessage,
  connection: number,
  inMessage: number,
): FrameRecord {
  const { length } = payload
  return {
    number: 0,
    connection,
    at,
    direction,
    fin: true,
    rsv: 0,
    opcode,
    maskKey: undefined,
    length,
    payload,
    inMessage,
    message: {
      number: inMessage,
      opcode,
      compressed: false,
      frames: 1,
      wireLength: length,
      length,
      payload,
      redacted: false,
    },
    rtt: undefined,
    topic: undefined,
  }
}

function openedAt(entry: JsonObject, where: string): number {
  const text = entry.text('startedDateTime')
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw malformed(`${where}, startedDateTime`, 'a date and time', text)
  return at
}

function responseOf(entry: Json): RecordedHead | undefined {
  const line = statusLine(entry)
  return line === undefined ? undefined : { line, fields: headersIn(objectIn(entry, 'response')) }
}

function remoteOf(entry: JsonObject): ConnectionRecord['remote'] {
  const address = entry.optional('serverIPAddress')?.text('serverIPAddress') ?? ''
  const port = Number(entry.optional('connection')?.text('connection') ?? '')
  const known = Number.isInteger(port) && port > 0 && port < 65_536
  return { address: address === '' ? undefined : address, port: known ? port : undefined }
}
