import type {
  ConnectionRecord,
  FrameRecord,
  RecordedHead,
} from '../../../../src/inspect/recording/records.ts'
import { base64Bytes } from '../base64-bytes.ts'
import { isRecord, parsedJson } from '../decoders/json.ts'
import type { Imported } from './import-session.ts'

type Fields = Readonly<Record<string, unknown>>

const atRest = { bufferedAmount: 0, full: false, paused: false }

/** The WebSockets of a HAR as Chrome writes it; undefined where there are none, or it is no HAR. */
export function importHar(text: string): Imported | undefined {
  const har = parsedJson(text)
  const log = isRecord(har) && isRecord(har['log']) ? har['log'] : {}
  const entries = listOf(log['entries']).filter(({ _webSocketMessages: list }) =>
    Array.isArray(list),
  )
  if (entries.length === 0) return undefined
  const exchanges = entries.map((entry, id) => ({
    id,
    entry,
    messages: listOf(entry['_webSocketMessages']),
  }))
  const frames = exchanges
    .flatMap(({ id, messages }) => framesOf(id, messages))
    .sort((one, other) => one.at - other.at)
    .map((frame, number) => ({ ...frame, number }))
  return {
    connections: exchanges.map(({ id, entry }) => connectionOf(id, entry, frames)),
    frames,
  }
}

/** A HAR knows messages only, each of which is taken for one frame. */
function framesOf(connection: number, messages: readonly Fields[]): FrameRecord[] {
  const numbers = { send: 0, receive: 0 }
  return messages.map(({ type, time, opcode, data }) => {
    const way = type === 'send' ? 'send' : 'receive'
    const kind = opcode === 2 ? 2 : 1
    const payload = payloadOf(textOf(data), kind)
    const number = numbers[way]++
    return {
      number: 0,
      connection,
      // Seconds with a fraction are not exact: to the microsecond they are.
      at: Math.round(Number(time) * 1e6) / 1000,
      direction: way === 'send' ? 'transmit' : 'receive',
      fin: true,
      rsv: 0,
      opcode: kind,
      maskKey: undefined,
      length: payload.length,
      payload,
      inMessage: number,
      message: {
        number,
        opcode: kind,
        compressed: false,
        frames: 1,
        wireLength: payload.length,
        length: payload.length,
        payload,
        redacted: false,
      },
      rtt: undefined,
      topic: undefined,
    }
  })
}

function payloadOf(data: string, opcode: number): Uint8Array {
  const bytes = opcode === 2 ? base64Bytes(data) : undefined
  return bytes ?? new TextEncoder().encode(data)
}

function connectionOf(id: number, entry: Fields, frames: readonly FrameRecord[]): ConnectionRecord {
  const { startedDateTime, time } = entry
  const [request, response] = [recordOf(entry['request']), recordOf(entry['response'])]
  const openedAt = Date.parse(textOf(startedDateTime))
  const own = frames.filter(({ connection }) => connection === id)
  const url = textOf(request['url'])
  const asked = `${textOf(request['method'], 'GET')} ${pathOf(url)} ${httpName(request)}`
  const status = `${textOf(response['status'], '101')} ${textOf(response['statusText'])}`
  return {
    id,
    role: 'client',
    url,
    openedAt,
    request: headOf(asked, request['headers']),
    response: headOf(`${httpName(response)} ${status}`, response['headers']),
    received: countsOf(own, 'receive'),
    transmitted: countsOf(own, 'transmit'),
    rtt: undefined,
    flow: atRest,
    // A HAR says how long it was open, and not how it closed.
    closed: {
      at: openedAt + Number(time ?? 0),
      code: 1005,
      reason: '',
      wasClean: true,
      trigger: 'unknown',
      by: 'local',
      diagnosis: 'A HAR file does not say how a connection was closed.',
    },
    unreadable: undefined,
  }
}

function countsOf(frames: readonly FrameRecord[], direction: string): ConnectionRecord['received'] {
  const counts = { frames: 0, messages: 0, wireBytes: 0, messageBytes: 0 }
  for (const frame of frames) {
    if (frame.direction !== direction) continue
    counts.frames += 1
    counts.messages += 1
    counts.wireBytes += frame.length
    counts.messageBytes += frame.length
  }
  return counts
}

function headOf(line: string, headers: unknown): RecordedHead {
  const fields = listOf(headers).map(({ name, value }) => [textOf(name), textOf(value)] as const)
  return { line, fields }
}

/** Chrome writes `http/1.1`, and nothing where it does not know. */
function httpName({ httpVersion }: Fields): string {
  const version = textOf(httpVersion).toUpperCase()
  return version.startsWith('HTTP/') ? version : 'HTTP/1.1'
}

function textOf(value: unknown, otherwise = ''): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise
}

function pathOf(url: string): string {
  const parsed = URL.parse(url)
  return parsed ? parsed.pathname + parsed.search : '/'
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function recordOf(value: unknown): Fields {
  return isRecord(value) ? value : {}
}
