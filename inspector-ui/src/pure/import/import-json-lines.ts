import type {
  ConnectionRecord,
  Direction,
  FrameRecord,
  MessageRecord,
} from '../../../../src/inspect/recording/records.ts'
import { base64Bytes } from '../base64-bytes.ts'
import { isRecord, parsedJson } from '../decoders/json.ts'
import type { Imported } from './import-session.ts'

type Fields = Readonly<Record<string, unknown>>

const opcodes: Readonly<Record<string, number>> = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
}

const none = { frames: 0, messages: 0, wireBytes: 0, messageBytes: 0 }

/** What `toJsonLines` wrote; undefined where a line is something else. */
export function importJsonLines(text: string): Imported | undefined {
  const connections = new Map<number, ConnectionRecord>()
  const frames: FrameRecord[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const record = parsedJson(line)
    if (!isRecord(record) || typeof record['connection'] !== 'number') return undefined
    const id = record['connection']
    const { type, connection: _, ...rest } = record
    if (type === 'open') connections.set(id, openedFrom(id, rest))
    else if (type === 'frame') frames.push(frameFrom(id, frames.length, rest))
    else if (type === 'close') closeOne(connections, id, rest)
    else return undefined
  }
  if (connections.size === 0) return undefined
  return { connections: [...connections.values()], frames }
}

/** The file was written by Tidewire, so its fields are taken to be what they were. */
function openedFrom(id: number, fields: Fields): ConnectionRecord {
  return {
    ...(fields as unknown as Omit<ConnectionRecord, 'id'>),
    url: String(fields['url']),
    id,
    openedAt: Number(fields['at']),
    received: none,
    transmitted: none,
    rtt: undefined,
    flow: { bufferedAmount: 0, full: false, paused: false },
    closed: undefined,
    unreadable: undefined,
  }
}

function closeOne(connections: Map<number, ConnectionRecord>, id: number, fields: Fields): void {
  const opened = connections.get(id)
  if (!opened) return
  const { received, transmitted, rtt, unreadable, ...closed } = fields
  const ending = { received, transmitted, rtt, unreadable, closed }
  connections.set(id, { ...opened, ...(ending as unknown as Partial<ConnectionRecord>) })
}

function frameFrom(connection: number, number: number, fields: Fields): FrameRecord {
  const message = isRecord(fields['message']) ? messageFrom(fields['message']) : undefined
  const own = fields['payload']
  return {
    ...(fields as unknown as FrameRecord),
    number,
    connection,
    direction: fields['direction'] as Direction,
    opcode: opcodeOf(fields['opcode']),
    payload: typeof own === 'string' ? base64Bytes(own) : message?.payload,
    message,
  }
}

function messageFrom(fields: Fields): MessageRecord {
  const { text, base64, ...rest } = fields
  const payload = typeof text === 'string' ? new TextEncoder().encode(text) : undefined
  return {
    ...(rest as unknown as MessageRecord),
    opcode: opcodeOf(fields['opcode']),
    payload: payload ?? (typeof base64 === 'string' ? base64Bytes(base64) : undefined),
  }
}

/** `reserved 0x3` is read too. */
function opcodeOf(name: unknown): number {
  const text = String(name)
  return opcodes[text] ?? Number(/0x[0-9a-f]+$/.exec(text)?.[0] ?? 0)
}
