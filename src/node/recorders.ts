import type { Socket as NetSocket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { TLSSocket } from 'node:tls'
import type { CloseOutcome, RequestHead, ResponseHead } from '../core/index.ts'
import {
  type ConnectionRecorder,
  type RecordedHead,
  Recording,
  type RecordingOptions,
  type TlsFacts,
} from '../inspect/index.ts'
import { checkOptionNames } from './connection-options.ts'
import { isEncrypted } from './http-request.ts'
import type { Counters } from './counters.ts'
import { inflateWhole } from './inflate-whole.ts'

/** A recording that goes on. */
export interface RunningRecording {
  readonly recording: Recording
  /** Records no connection that opens from now on; those that are open are recorded to their end. */
  readonly stop: () => void
}

/** Both heads of an opening handshake. */
interface Handshake {
  readonly request: RecordedHead
  readonly response: RecordedHead
}

/** Whose connections are recorded, and who wants to know which is which. */
interface Scope {
  /** The counters of an endpoint, by which it is known; `undefined` for all of the process. */
  readonly counters: Counters | undefined
  readonly opened?: (id: number, owner: unknown) => void
}

const running = new Map<Recording, Scope>()
/** Of connections whose handshake is just done. */
const handshakes = new WeakMap<object, Handshake>()
/** The names in `RecordingOptions`. */
export const recordingOptionNames: readonly (keyof RecordingOptions)[] = [
  'frames',
  'bytes',
  'payload',
  'connections',
  'redact',
]

/**
 * Records every WebSocket connection of this process that opens from now on, of servers and of clients:
 * both heads of the handshake, every frame in both directions, and how it closed. What is kept is bounded.
 * Connections in hixie-75 and hixie-76 have no frames, and are left out.
 * @throws {OptionError} when an option is unknown or outside its range.
 */
export function record(options: RecordingOptions = {}): RunningRecording {
  checkOptionNames(options, recordingOptionNames)
  return recordScope(options, { counters: undefined })
}

/** Records the connections of one endpoint. @param scope.opened Is told whose each connection is. */
export function recordScope(options: RecordingOptions, scope: Scope): RunningRecording {
  const recording = new Recording(options, inflateWhole)
  running.set(recording, scope)
  return { recording, stop: () => void running.delete(recording) }
}

/** Whether anything is recorded, so that a handshake is worth keeping. */
export function isRecording(): boolean {
  return running.size > 0
}

/** Keeps the heads of a handshake, each as it was read or as it was written, until its connection opens. */
export function noteHandshake(
  socket: object,
  request: RequestHead | string,
  response: ResponseHead | string,
): void {
  handshakes.set(socket, { request: recordedHead(request), response: recordedHead(response) })
}

/** A head as it is kept, with nothing taken out yet. */
export function recordedHead(head: RequestHead | ResponseHead | string): RecordedHead {
  if (typeof head === 'string') {
    const [line = '', ...lines] = head.trimEnd().split('\r\n')
    return { line, fields: lines.map(fieldOf) }
  }
  const line =
    'status' in head
      ? `HTTP/${head.version} ${head.status} ${head.reason}`.trimEnd()
      : `${head.method} ${head.target} HTTP/${head.version}`
  return { line, fields: [...head.fields] }
}

function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
}

/** Opens a record in each recording that is about this endpoint. */
export function openRecords(
  owner: unknown,
  socket: NetSocket,
  role: 'server' | 'client',
  endpoint: Counters,
): ConnectionRecorder[] {
  const wanted = [...running].filter(
    ([, { counters }]) => counters === undefined || counters === endpoint,
  )
  if (wanted.length === 0) return []
  const { request, response } = handshakes.get(socket) ?? {}
  const tls = socket instanceof TLSSocket ? tlsFacts(socket) : undefined
  const facts = {
    role,
    url: urlOf(request, isEncrypted(socket)),
    openedAt: wallClock(),
    request,
    response,
    tls,
    local: { address: socket.localAddress, port: socket.localPort },
    remote: { address: socket.remoteAddress, port: socket.remotePort },
  }
  return wanted.map(([recording, { opened }]) => {
    const recorder = recording.open(facts)
    opened?.(recorder.connection.id, owner)
    return recorder
  })
}

export function closeRecord(recorder: ConnectionRecorder, outcome: CloseOutcome): void {
  const { code, reason, wasClean, cause } = outcome
  const { trigger, by, text } = cause
  recorder.closed({ at: wallClock(), code, reason, wasClean, trigger, by, diagnosis: text })
}

/** To ask for it costs as much as to ask for the time. */
const startedAt = performance.timeOrigin

/** Milliseconds since 1970, with a fraction, by a clock that does not jump. */
export function wallClock(): number {
  return startedAt + performance.now()
}

function urlOf(request: RecordedHead | undefined, secure: boolean): string {
  const [, target = '/'] = request?.line.split(' ') ?? []
  if (!target.startsWith('/')) return target.replace(/^http/, 'ws')
  const host = request?.fields.find(([name]) => name.toLowerCase() === 'host')?.[1]
  return `${secure ? 'wss' : 'ws'}://${host ?? 'localhost'}${target}`
}

/** What TLS agreed on. */
export function tlsFacts(socket: TLSSocket): TlsFacts {
  return {
    version: socket.getProtocol() ?? undefined,
    cipher: socket.getCipher()?.name,
    alpn: socket.alpnProtocol || undefined,
    servername: (socket as { servername?: string | false }).servername || undefined,
  }
}
