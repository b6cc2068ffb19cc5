import type { ConnectionRecord, FrameRecord, Imported } from '../../inspect/index.ts'
import { UsageError } from '../command.ts'

/** A message of the client, and when it goes. */
export interface ReplayStep {
  /** Milliseconds since the session began. */
  readonly at: number
  readonly message: string | Uint8Array
  /** How many answers had come before it. */
  readonly after: number
}

/** A message of the server as it was recorded. */
export interface RecordedAnswer {
  readonly message: string | Uint8Array
  /** `cut` has only its first bytes, of `redacted` nothing can be told. */
  readonly state: 'whole' | 'cut' | 'redacted'
}

/** What to do on one connection, and what to expect there. */
export interface ReplayScript {
  /** Its place in the file, from 1. */
  readonly number: number
  /** Where it was recorded. */
  readonly url: string
  /** Milliseconds from the first connection of the session to this one. */
  readonly openAt: number
  readonly protocols: readonly string[]
  readonly steps: readonly ReplayStep[]
  readonly answers: readonly RecordedAnswer[]
  /** The code that the server closed with, `null` when it did not; `undefined` when nobody knows. */
  readonly serverClosed: number | null | undefined
}

/**
 * The scripts of a session, seen from the client.
 * @param only The place of one connection in the file, from 1; `undefined` for all.
 * @throws {UsageError} when there is no such connection, or a message of the client is not whole.
 */
export function replayScripts(session: Imported, only: number | undefined): ReplayScript[] {
  const { connections, frames } = session
  if (only !== undefined && only > connections.length) {
    throw new UsageError(`--connection ${only}: the file has ${connections.length}`)
  }
  const chosen = connections
    .map((connection, at) => ({ connection, number: at + 1 }))
    .filter(({ number }) => only === undefined || number === only)
    .filter(({ connection }) => wasOpen(connection))
  if (chosen.length === 0) throw new UsageError('the connections of the file were not opened')
  const begin = Math.min(...chosen.map(({ connection }) => connection.openedAt))
  const messages = messagesOf(frames)
  return chosen.map(({ connection, number }) =>
    scriptOf(connection, number, messages.get(connection.id) ?? [], begin),
  )
}

function wasOpen({ response }: ConnectionRecord): boolean {
  return response === undefined || /^\S+ 101\b/.test(response.line)
}

/** The last frame of each message, by connection. */
function messagesOf(frames: readonly FrameRecord[]): Map<number, FrameRecord[]> {
  const messages = new Map<number, FrameRecord[]>()
  for (const frame of frames) {
    if (!frame.message) continue
    const others = messages.get(frame.connection)
    if (others) others.push(frame)
    else messages.set(frame.connection, [frame])
  }
  return messages
}

function scriptOf(
  { role, url, openedAt, request, closed }: ConnectionRecord,
  number: number,
  messages: readonly FrameRecord[],
  begin: number,
): ReplayScript {
  const steps: ReplayStep[] = []
  const answers: RecordedAnswer[] = []
  for (const frame of messages) {
    const fromClient = (role === 'client') === (frame.direction === 'transmit')
    const { message, state } = messageOf(frame)
    if (!fromClient) answers.push({ message, state })
    else if (state === 'whole') steps.push({ at: frame.at - begin, message, after: answers.length })
    else throw new UsageError(unsendable(number, steps.length + 1, state))
  }
  const byServer = closed && (role === 'client') === (closed.by === 'remote')
  return {
    number,
    url,
    openAt: openedAt - begin,
    protocols: protocolsOf(request?.fields ?? []),
    steps,
    answers,
    serverClosed: closed && (byServer ? closed.code : null),
  }
}

const decoder = new TextDecoder()

function messageOf({ message }: FrameRecord): RecordedAnswer {
  const { opcode, payload = new Uint8Array(0), length, redacted } = message!
  const state = redacted ? 'redacted' : payload.length === length ? 'whole' : 'cut'
  return { message: opcode === 1 ? decoder.decode(payload) : payload, state }
}

function unsendable(connection: number, message: number, state: 'cut' | 'redacted'): string {
  const what = state === 'cut' ? 'was cut when it was recorded' : 'had a secret taken out'
  return `message ${message} of the client on connection ${connection} ${what}: it cannot be sent again`
}

/** RFC 6455 §4.1: the field may be there several times. */
function protocolsOf(fields: readonly (readonly [string, string])[]): string[] {
  return fields
    .filter(([name]) => name.toLowerCase() === 'sec-websocket-protocol')
    .flatMap(([, value]) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
