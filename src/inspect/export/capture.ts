import { headerSize, writeHeader } from '../../core/frame-header.ts'
import { latin1Bytes } from '../../core/handshake/latin1.ts'
import { applyMask } from '../../core/mask.ts'
import type { Opcode } from '../../core/opcode.ts'
import type { ConnectionRecord, Endpoint, FrameRecord, RecordedHead } from '../recording/records.ts'
import { merged } from './merged.ts'
import { joined, packetBlock, pcapngHeader, type TimedPacket } from './pcapng.ts'
import { type ConnectionFrames, framesByConnection, type Recorded } from './recorded.ts'
import { addressBytes, ipPacket, type PacketEndpoint, TcpFlag } from './tcp-packets.ts'

/**
 * A recording as a pcapng file that Wireshark and tshark dissect without keys: the HTTP upgrade and the
 * frames as they were on the wire, masked and compressed, in TCP that is made up for them. Of a payload
 * that was cut the packet is cut as well.
 */
export function toPcapng(recorded: Recorded, application = 'tidewire'): Uint8Array {
  return joined([...toPcapngPieces(recorded, application)])
}

/**
 * What {@link toPcapng} makes, in pieces: for recordings that are not to be in memory once more, nor to be
 * written in one go. Some pieces are empty.
 */
export function* toPcapngPieces(
  recorded: Recorded,
  application = 'tidewire',
): Generator<Uint8Array> {
  yield pcapngHeader(application)
  const frames = yield* framesByConnection(recorded, noBytes)
  const packets = conversations(recorded.connections).map((one) => one.packets(frames))
  for (const packet of merged(packets, ({ at }) => at)) yield packetBlock(packet)
}

function conversations(connections: Iterable<ConnectionRecord>): Conversation[] {
  const taken = new Set<string>()
  return [...connections].map((connection) => {
    // Both ends of a connection may have been recorded, which would be one connection to a dissector.
    const { client, server } = endpoints(connection)
    const ports = `${client?.port} ${server?.port}`
    const known = client?.port !== undefined && !taken.has(ports)
    taken.add(ports)
    return new Conversation(connection, known ? client.port : madeUpPort(connection))
  })
}

/** Below what an IPv4 packet can hold, and whole words. */
const segmentSize = 32_768
/** Made up, and not 0, so that it can be seen that they are relative. */
const firstSequence = 1000
/** Milliseconds between the packets of what was not timed. */
const tick = 0.001

const noBytes: Uint8Array = new Uint8Array(0)

interface Side extends PacketEndpoint {
  sequence: number
}

/** The packets of one connection. */
class Conversation {
  readonly #connection: ConnectionRecord
  readonly #client: Side
  readonly #server: Side

  constructor(connection: ConnectionRecord, port: number) {
    this.#connection = connection
    const { client, server } = endpoints(connection)
    const addresses = addressesOf(client, server)
    this.#client = { address: addresses[0], port, sequence: firstSequence }
    this.#server = { address: addresses[1], port: serverPort(server), sequence: firstSequence }
  }

  /** In the order of their times; as they are asked for, where what was recorded is in that order. */
  packets(frames: ReadonlyMap<number, ConnectionFrames>): Iterable<TimedPacket> {
    const { id, openedAt, closed } = this.#connection
    const own = frames.get(id)
    const { first = openedAt, last = openedAt, inOrder = true } = own ?? {}
    const packets = this.#packets(own ?? [])
    if (inOrder && openedAt <= first && last <= (closed?.at ?? last)) return packets
    return [...packets].sort((one, other) => one.at - other.at)
  }

  *#packets(frames: Iterable<FrameRecord>): Generator<TimedPacket> {
    const { openedAt, request, response } = this.#connection
    const { syn, ack } = TcpFlag
    yield this.#packet(this.#client, openedAt - 5 * tick, syn)
    yield this.#packet(this.#server, openedAt - 4 * tick, syn | ack)
    yield this.#packet(this.#client, openedAt - 3 * tick, ack)
    yield* this.#bytes(this.#client, openedAt - 2 * tick, headBytes(request))
    yield* this.#bytes(this.#server, openedAt - tick, headBytes(response))
    for (const frame of frames) yield* this.#frame(frame)
    yield* this.#end()
  }

  #frame(frame: FrameRecord): Iterable<TimedPacket> {
    const fromClient = (this.#connection.role === 'client') === (frame.direction === 'transmit')
    const bytes = frameBytes(frame)
    const side = fromClient ? this.#client : this.#server
    const length = headerSize(frame.length, frame.maskKey !== undefined) + frame.length
    return this.#bytes(side, frame.at, bytes, length)
  }

  /** Ends what was ended. */
  *#end(): Generator<TimedPacket> {
    const { closed, role } = this.#connection
    if (!closed) return
    const { fin, ack } = TcpFlag
    const ours = role === 'client' ? this.#client : this.#server
    const theirs = ours === this.#client ? this.#server : this.#client
    const [first, second] = closed.by === 'local' ? [ours, theirs] : [theirs, ours]
    yield this.#packet(first, closed.at, fin | ack)
    yield this.#packet(second, closed.at + tick, fin | ack)
    yield this.#packet(first, closed.at + 2 * tick, ack)
  }

  /** @param length How many bytes there were, of which `bytes` are the first. */
  *#bytes(
    side: Side,
    at: number,
    bytes: Uint8Array,
    length = bytes.length,
  ): Generator<TimedPacket> {
    for (let from = 0; from < length; from += segmentSize) {
      const size = Math.min(segmentSize, length - from)
      const payload = bytes.subarray(from, from + size)
      yield this.#packet(side, at, TcpFlag.push | TcpFlag.ack, payload, size)
    }
  }

  #packet(
    from: Side,
    at: number,
    flags: number,
    payload: Uint8Array = noBytes,
    length = payload.length,
  ): TimedPacket {
    const to = from === this.#client ? this.#server : this.#client
    const acknowledged = flags & TcpFlag.ack ? to.sequence : 0
    const { sequence } = from
    const packet = ipPacket({ from, to, flags, sequence, acknowledged, payload, length })
    // RFC 9293 §3.4: SYN and FIN take a number of their own.
    const taken = flags & (TcpFlag.syn | TcpFlag.fin) ? 1 : length
    from.sequence = (sequence + taken) >>> 0
    return { ...packet, at }
  }
}

/** The frame as it was on the wire, as far as its payload is kept. */
function frameBytes({
  fin,
  rsv,
  opcode,
  length,
  maskKey,
  payload = noBytes,
}: FrameRecord): Uint8Array {
  const header = headerSize(length, maskKey !== undefined)
  const bytes = new Uint8Array(header + payload.length)
  const at = writeHeader(bytes, 0, opcode as Opcode, fin, rsv, length, maskKey)
  bytes.set(payload, at)
  if (maskKey !== undefined) applyMask(bytes.subarray(at), maskKey, 0)
  return bytes
}

function headBytes(head: RecordedHead | undefined): Uint8Array {
  if (!head) return noBytes
  const lines = [head.line, ...head.fields.map(([name, value]) => `${name}: ${value}`)]
  return latin1Bytes(`${lines.join('\r\n')}\r\n\r\n`)
}

function endpoints({ role, local, remote }: ConnectionRecord): {
  readonly client: Endpoint | undefined
  readonly server: Endpoint | undefined
} {
  return role === 'client' ? { client: local, server: remote } : { client: remote, server: local }
}

/** RFC 6335 §6: of the dynamic ports. */
function madeUpPort({ id }: ConnectionRecord): number {
  return 49_152 + (id % 16_000)
}

/** Both of one family; loopback for a Unix socket, and where an address is not known. */
function addressesOf(client?: Endpoint, server?: Endpoint): [Uint8Array, Uint8Array] {
  const [one, other] = [client, server].map((end) => addressBytes(end?.address ?? ''))
  if (one && other && one.length === other.length) return [one, other]
  return [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(127, 0, 0, 1)]
}

/** What is written here is not encrypted any more, and dissectors go by the port. */
function serverPort(server?: Endpoint): number {
  const { port = 80 } = server ?? {}
  return port === 443 ? 80 : port
}
