import { base64 } from '../../core/handshake/base64.ts'
import { Opcode, opcodeName } from '../../core/opcode.ts'
import type { ConnectionRecord, FrameRecord, MessageRecord } from '../recording/records.ts'
import { type ExportPorts, payloadText } from './payload-text.ts'
import type { Recorded } from './recorded.ts'

/**
 * A recording as lines of JSON, each without its line end, in the order of time: `open` for a connection,
 * `frame` for each frame, with the message where it is the last of one, and `close`.
 */
export function* toJsonLines(
  { connections, frames }: Recorded,
  ports: ExportPorts,
): Iterable<string> {
  const all = [...connections]
  const marks = [
    ...all.map((one) => ({ at: one.openedAt, line: openLine(one) })),
    ...all.flatMap((one) => (one.closed ? [{ at: one.closed.at, line: closeLine(one) }] : [])),
  ].sort((one, other) => one.at - other.at)
  let next = 0
  for (const frame of frames) {
    while (next < marks.length && marks[next]!.at <= frame.at) yield marks[next++]!.line
    yield frameLine(frame, ports)
  }
  while (next < marks.length) yield marks[next++]!.line
}

function openLine({
  id,
  role,
  url,
  openedAt,
  request,
  response,
  tls,
  local,
  remote,
}: ConnectionRecord): string {
  return JSON.stringify({
    type: 'open',
    connection: id,
    at: openedAt,
    role,
    url,
    request,
    response,
    tls,
    local,
    remote,
  })
}

function closeLine({
  id,
  closed,
  received,
  transmitted,
  rtt,
  unreadable,
}: ConnectionRecord): string {
  return JSON.stringify({
    type: 'close',
    connection: id,
    ...closed,
    received,
    transmitted,
    rtt,
    unreadable,
  })
}

function frameLine(frame: FrameRecord, ports: ExportPorts): string {
  const { number, connection, at, direction, fin, rsv, opcode, maskKey, length, rtt, topic } = frame
  const { payload, inMessage, message } = frame
  // The message says the same where it is one frame, uncompressed.
  const own = message?.payload === payload ? undefined : payload
  return JSON.stringify({
    type: 'frame',
    number,
    connection,
    at,
    direction,
    fin,
    rsv,
    opcode: opcodeName(opcode),
    maskKey,
    length,
    ...(own && { payload: base64(own) }),
    rtt,
    topic,
    inMessage,
    ...(message && { message: messageOf(message, ports) }),
  })
}

function messageOf(message: MessageRecord, ports: ExportPorts): object {
  const { number, opcode, compressed, frames, wireLength, length, payload, redacted } = message
  const text = opcode === Opcode.text && payload ? payloadText(payload, ports) : undefined
  const data = text === undefined ? payload && { base64: base64(payload) } : { text }
  return {
    number,
    opcode: opcodeName(opcode),
    compressed,
    frames,
    wireLength,
    length,
    redacted,
    ...data,
  }
}
