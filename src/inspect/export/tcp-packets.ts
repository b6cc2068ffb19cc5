/** A side of a connection as packets have it: 4 or 16 bytes of address. */
export interface PacketEndpoint {
  readonly address: Uint8Array
  readonly port: number
}

/** The flags of TCP that are used here (RFC 9293 §3.1). */
export const TcpFlag = { fin: 1, syn: 2, push: 8, ack: 16 } as const

export interface TcpSegment {
  readonly from: PacketEndpoint
  readonly to: PacketEndpoint
  readonly flags: number
  readonly sequence: number
  readonly acknowledged: number
  /** What there is of its payload. */
  readonly payload: Uint8Array
  /** How long the payload was. */
  readonly length: number
}

const tcpHeader = 20
const tcpProtocol = 6
/** RFC 9293 §3.1: nobody is held back here. */
const window = 65_535

/** An IP packet, with what there is of its payload, and how long it was. */
export interface IpPacket {
  readonly bytes: Uint8Array
  readonly length: number
}

/** A segment of TCP in a packet of IPv4 or IPv6. */
export function ipPacket(segment: TcpSegment): IpPacket {
  const { from, payload, length } = segment
  const isIPv6 = from.address.length === 16
  const ipHeader = isIPv6 ? 40 : 20
  const bytes = new Uint8Array(ipHeader + tcpHeader + payload.length)
  const view = new DataView(bytes.buffer)
  if (isIPv6) writeIPv6(view, segment)
  else writeIPv4(view, segment)
  writeTcp(view, ipHeader, segment)
  return { bytes, length: ipHeader + tcpHeader + length }
}

/** RFC 791 §3.1. */
function writeIPv4(view: DataView, { from, to, length }: TcpSegment): void {
  view.setUint8(0, 0x45)
  view.setUint16(2, 20 + tcpHeader + length)
  // Do not fragment.
  view.setUint16(6, 0x4000)
  view.setUint8(8, 64)
  view.setUint8(9, tcpProtocol)
  copy(view, 12, from.address)
  copy(view, 16, to.address)
  view.setUint16(10, checksum(sum(view, 0, 20)))
}

/** RFC 8200 §3. */
function writeIPv6(view: DataView, { from, to, length }: TcpSegment): void {
  view.setUint32(0, 0x60000000)
  view.setUint16(4, tcpHeader + length)
  view.setUint8(6, tcpProtocol)
  view.setUint8(7, 64)
  copy(view, 8, from.address)
  copy(view, 24, to.address)
}

/** RFC 9293 §3.1. */
function writeTcp(view: DataView, at: number, segment: TcpSegment): void {
  const { from, to, flags, sequence, acknowledged, payload, length } = segment
  view.setUint16(at, from.port)
  view.setUint16(at + 2, to.port)
  view.setUint32(at + 4, sequence)
  view.setUint32(at + 8, acknowledged)
  view.setUint8(at + 12, (tcpHeader / 4) << 4)
  view.setUint8(at + 13, flags)
  view.setUint16(at + 14, window)
  copy(view, at + tcpHeader, payload)
  // Of a payload that was cut nobody can say what its checksum was.
  if (payload.length < length) return
  const pseudoHeader = pairs(from.address) + pairs(to.address) + tcpProtocol + tcpHeader + length
  view.setUint16(at + 16, checksum(pseudoHeader + sum(view, at, view.byteLength)))
}

/** RFC 1071 §1: the sum of 16-bit words, an odd byte padded with zero. */
function sum(view: DataView, from: number, to: number): number {
  let total = 0
  for (let at = from; at + 1 < to; at += 2) total += view.getUint16(at)
  return (to - from) % 2 === 1 ? total + (view.getUint8(to - 1) << 8) : total
}

function pairs(bytes: Uint8Array): number {
  return sum(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length)
}

function checksum(total: number): number {
  let folded = total
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x10000)
  return ~folded & 0xffff
}

function copy(view: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer).set(bytes, at)
}

/** The bytes of an IP address; `undefined` when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  const plain = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (/^\d+(\.\d+){3}$/.test(plain)) return Uint8Array.from(plain.split('.'), Number)
  if (!plain.includes(':')) return undefined
  const [head = '', tail] = plain.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after]
  if (groups.length !== 8) return undefined
  return Uint8Array.from(
    groups.flatMap((group) => {
      const value = Number.parseInt(group, 16)
      return [value >> 8, value & 255]
    }),
  )
}
