import { opcodeName } from '../../core/opcode.ts'
import { TidewireError } from '../../errors/index.ts'
import {
  type CloseRecord,
  type ConnectionFacts,
  type ConnectionRecord,
  type Counts,
  type Endpoint,
  type FrameRecord,
  type MessageRecord,
  noFlow,
  type RecordedHead,
  type TlsFacts,
} from '../recording/records.ts'
import { fromBase64 } from './from-base64.ts'
import { countsOf, type Imported, type ImportPorts } from './imported.ts'
import { JsonObject, malformed } from './json-object.ts'

/**
 * A session out of the lines of JSON that {@link toJsonLines} writes: all that they say. Empty lines mean
 * nothing.
 * @throws {TidewireError} `ERR_IMPORT_FORMAT` when a line is no such line, `ERR_IMPORT_EMPTY` when no
 * connection is in it.
 */
export function fromJsonLines(lines: Iterable<string>, ports: ImportPorts): Imported {
  const reader = new LinesReader(ports)
  let number = 0
  for (const line of lines) {
    number++
    if (line.trim() !== '') reader.line(parsed(line, `line ${number}`))
  }
  return reader.end()
}

/** Whatever makes something of such a length goes through it. */
const longestFrame = 2 ** 32
/** Milliseconds: a year. */
const longestTrip = 3.2e10

const directions = ['receive', 'transmit'] as const
const roles = ['server', 'client'] as const
const sides = ['local', 'remote'] as const
const opcodes: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 16 }, (_, opcode) => [opcodeName(opcode), opcode]),
)

class LinesReader {
  readonly #ports: ImportPorts
  readonly #opened = new Map<number, ConnectionFacts>()
  readonly #ended = new Map<number, Pick<ConnectionRecord, EndName>>()
  readonly #frames: FrameRecord[] = []

  constructor(ports: ImportPorts) {
    this.#ports = ports
  }

  line(line: JsonObject): void {
    const type = line.oneOf('type', ['open', 'frame', 'close'])
    const id = line.integer('connection')
    if (type === 'open' ? this.#opened.has(id) : !this.#opened.has(id)) {
      const what = type === 'open' ? 'was opened before' : 'was not opened'
      throw new TidewireError('ERR_IMPORT_FORMAT', `${line.where}: connection ${id} ${what}`)
    }
    if (type === 'open') this.#opened.set(id, readOpen(line))
    else if (type === 'close') this.#ended.set(id, readEnd(line))
    else this.#frames.push(this.#frame(line, id))
  }

  end(): Imported {
    if (this.#opened.size === 0) {
      throw new TidewireError('ERR_IMPORT_EMPTY', 'the lines have no connection')
    }
    const connections = [...this.#opened].map(([id, facts]) => ({
      id,
      ...facts,
      flow: noFlow,
      ...(this.#ended.get(id) ?? this.#unended(id)),
    }))
    return { connections, frames: this.#frames, notes: [] }
  }

  #frame(line: JsonObject, connection: number): FrameRecord {
    const message = line.optional('message')?.object('message')
    const read = message && this.#message(message)
    const payload = base64In(line.optional('payload'), 'payload')
    // The message says the same where it is one frame, uncompressed.
    const own = read && read.frames === 1 && !read.compressed && !read.redacted
    return {
      number: line.integer('number'),
      connection,
      at: line.time('at'),
      direction: line.oneOf('direction', directions),
      fin: line.flag('fin'),
      rsv: line.integer('rsv', 0, 7),
      opcode: opcodeIn(line),
      maskKey: line.optional('maskKey')?.integer('maskKey', 0, 2 ** 32 - 1),
      length: line.integer('length', 0, longestFrame),
      payload: payload ?? (own ? read.payload : undefined),
      inMessage: line.optional('inMessage')?.integer('inMessage'),
      message: read,
      rtt: line.optional('rtt')?.number('rtt', 0, longestTrip),
      topic: line.optional('topic')?.text('topic'),
    }
  }

  #message(message: JsonObject): MessageRecord {
    const text = message.optional('text')?.text('text')
    return {
      number: message.integer('number'),
      opcode: opcodeIn(message),
      compressed: message.flag('compressed'),
      frames: message.integer('frames', 1),
      wireLength: message.integer('wireLength'),
      length: message.optional('length')?.integer('length'),
      payload:
        text === undefined
          ? base64In(message.optional('base64'), 'base64')
          : this.#ports.encodeUtf8(text),
      redacted: message.flag('redacted'),
    }
  }

  /** It was open when the lines were written. */
  #unended(id: number): Pick<ConnectionRecord, EndName> {
    const frames = this.#frames.filter(({ connection }) => connection === id)
    const rtt = frames.findLast((frame) => frame.rtt !== undefined)?.rtt
    return {
      received: countsOf(frames, 'receive'),
      transmitted: countsOf(frames, 'transmit'),
      rtt,
      closed: undefined,
      unreadable: undefined,
    }
  }
}

type EndName = 'received' | 'transmitted' | 'rtt' | 'closed' | 'unreadable'

function readOpen(line: JsonObject): ConnectionFacts {
  return {
    role: line.oneOf('role', roles),
    url: line.text('url'),
    openedAt: line.time('at'),
    request: headOf(line.optional('request')?.object('request')),
    response: headOf(line.optional('response')?.object('response')),
    tls: tlsOf(line.optional('tls')?.object('tls')),
    local: endpointOf(line.optional('local')?.object('local')),
    remote: endpointOf(line.optional('remote')?.object('remote')),
  }
}

function readEnd(line: JsonObject): Pick<ConnectionRecord, EndName> {
  return {
    received: countsIn(line.object('received')),
    transmitted: countsIn(line.object('transmitted')),
    rtt: line.optional('rtt')?.number('rtt', 0, longestTrip),
    closed: closedOf(line),
    unreadable: line.optional('unreadable')?.text('unreadable'),
  }
}

function closedOf(line: JsonObject): CloseRecord {
  return {
    at: line.time('at'),
    code: line.integer('code', 0, 65_535),
    reason: line.text('reason'),
    wasClean: line.flag('wasClean'),
    trigger: line.text('trigger'),
    by: line.oneOf('by', sides),
    diagnosis: line.text('diagnosis'),
  }
}

function headOf(head: JsonObject | undefined): RecordedHead | undefined {
  if (!head) return undefined
  const fields = head.list('fields').map((field): [string, string] => {
    const [name, value] = Array.isArray(field) ? (field as unknown[]) : []
    if (typeof name === 'string' && typeof value === 'string') return [name, value]
    throw malformed(`${head.where}, fields`, 'pairs of name and value', field)
  })
  return { line: head.text('line'), fields }
}

function tlsOf(tls: JsonObject | undefined): TlsFacts | undefined {
  return (
    tls && {
      version: tls.optional('version')?.text('version'),
      cipher: tls.optional('cipher')?.text('cipher'),
      alpn: tls.optional('alpn')?.text('alpn'),
      servername: tls.optional('servername')?.text('servername'),
    }
  )
}

function endpointOf(endpoint: JsonObject | undefined): Endpoint | undefined {
  return (
    endpoint && {
      address: endpoint.optional('address')?.text('address'),
      port: endpoint.optional('port')?.integer('port', 0, 65_535),
    }
  )
}

function countsIn(counts: JsonObject): Counts {
  return {
    frames: counts.integer('frames'),
    messages: counts.integer('messages'),
    wireBytes: counts.integer('wireBytes'),
    messageBytes: counts.integer('messageBytes'),
  }
}

function opcodeIn(json: JsonObject): number {
  const name = json.text('opcode')
  const opcode = opcodes.get(name)
  if (opcode !== undefined) return opcode
  throw malformed(`${json.where}, opcode`, 'the name of an opcode such as text', name)
}

function base64In(json: JsonObject | undefined, name: string): Uint8Array | undefined {
  if (!json) return undefined
  const text = json.text(name)
  const bytes = fromBase64(text)
  if (bytes) return bytes
  throw malformed(`${json.where}, ${name}`, 'base64', text)
}

function parsed(line: string, where: string): JsonObject {
  try {
    return new JsonObject(JSON.parse(line), where)
  } catch (error) {
    if (error instanceof TidewireError) throw error
    throw new TidewireError('ERR_IMPORT_FORMAT', `${where} is not JSON`, { cause: error })
  }
}
