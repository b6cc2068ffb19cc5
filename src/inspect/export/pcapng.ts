import type { IpPacket } from './tcp-packets.ts'

/** A packet and when it came by, in milliseconds since 1970. */
export interface TimedPacket extends IpPacket {
  readonly at: number
}

/** draft-ietf-opsawg-pcapng §4: the types of blocks. */
const BlockType = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const
const byteOrderMagic = 0x1a2b3c4d
/** LINKTYPE_RAW: a packet begins with its IP header. */
const rawIp = 101
const userApplication = 4

/**
 * What a pcapng file begins with; its packets are in little-endian order and have microseconds.
 * @param application Who writes it, in ASCII.
 */
export function pcapngHeader(application: string): Uint8Array {
  return joined([sectionHeader(application), interfaceDescription()])
}

/** Pieces in one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

function sectionHeader(application: string): Uint8Array {
  const name = Uint8Array.from(application, (character) => character.charCodeAt(0) & 127)
  return block(BlockType.section, 16 + 4 + padded(name.length) + 4, (view) => {
    view.setUint32(0, byteOrderMagic, true)
    view.setUint16(4, 1, true)
    // The length of the section is not told.
    view.setUint32(8, 0xffffffff, true)
    view.setUint32(12, 0xffffffff, true)
    view.setUint16(16, userApplication, true)
    view.setUint16(18, name.length, true)
    copy(view, 20, name)
  })
}

function interfaceDescription(): Uint8Array {
  return block(BlockType.interface, 8, (view) => view.setUint16(0, rawIp, true))
}

/** A packet as it stands in the file. */
export function packetBlock({ at, bytes, length }: TimedPacket): Uint8Array {
  return block(BlockType.packet, 20 + padded(bytes.length), (view) => {
    const microseconds = Math.round(at * 1000)
    view.setUint32(4, Math.floor(microseconds / 2 ** 32), true)
    view.setUint32(8, microseconds % 2 ** 32, true)
    view.setUint32(12, bytes.length, true)
    view.setUint32(16, length, true)
    copy(view, 20, bytes)
  })
}

/** A block: its type, its length, its body, its length once more. */
function block(type: number, body: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(body + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, bytes.length, true)
  view.setUint32(bytes.length - 4, bytes.length, true)
  write(new DataView(bytes.buffer, 8, body))
  return bytes
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4
}

function copy(view: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer, view.byteOffset).set(bytes, at)
}
