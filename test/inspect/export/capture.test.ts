import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import * as fc from 'fast-check'
import {
  type CloseRecord,
  fromJsonLines,
  Recording,
  toJsonLines,
  toPcapng,
  toPcapngPieces,
} from '../../../dist/inspect/index.js'
import { addressBytes } from '../../../dist/inspect/export/tcp-packets.js'
import { facts, frame, key, text } from '../recording/frames.ts'
import { ports as exportPorts, recorded } from './recorded.ts'

interface Packet {
  readonly at: number
  readonly bytes: Buffer
  readonly length: number
}

/** The packets of a pcapng file, read by its specification (draft-ietf-opsawg-pcapng §4). */
function packetsOf(file: Uint8Array): Packet[] {
  const bytes = Buffer.from(file)
  const packets: Packet[] = []
  const types: number[] = []
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 4)
    assert.equal(length % 4, 0)
    assert.equal(
      bytes.readUInt32LE(at + length - 4),
      length,
      'the length stands at the end as well',
    )
    types.push(bytes.readUInt32LE(at))
    if (types.at(-1) === 6) {
      const microseconds = bytes.readUInt32LE(at + 12) * 2 ** 32 + bytes.readUInt32LE(at + 16)
      const captured = bytes.readUInt32LE(at + 20)
      packets.push({
        at: microseconds / 1000,
        bytes: bytes.subarray(at + 28, at + 28 + captured),
        length: bytes.readUInt32LE(at + 24),
      })
    }
    at += length
  }
  assert.deepEqual(types.slice(0, 2), [0x0a0d0d0a, 1])
  assert.ok(types.slice(2).every((type) => type === 6))
  return packets
}

interface Segment {
  readonly from: number
  readonly flags: number
  readonly sequence: number
  readonly acknowledged: number
  readonly payload: Buffer
  readonly length: number
}

/** The TCP in a packet of IPv4; its checksums are looked at. */
function segmentOf({ bytes, length }: Packet): Segment {
  assert.equal(bytes[0], 0x45)
  assert.equal(bytes.readUInt16BE(2), length)
  assert.equal(sum(bytes.subarray(0, 20)), 0xffff)
  const tcp = bytes.subarray(20)
  if (bytes.length === length) {
    const pseudo = Buffer.concat([bytes.subarray(12, 20), Buffer.of(0, 6, 0, 0)])
    pseudo.writeUInt16BE(tcp.length, 10)
    assert.equal(sum(Buffer.concat([pseudo, tcp])), 0xffff)
  }
  return {
    from: tcp.readUInt16BE(0),
    flags: tcp[13]!,
    sequence: tcp.readUInt32BE(4),
    acknowledged: tcp.readUInt32BE(8),
    payload: tcp.subarray(20),
    length: length - 40,
  }
}

/** RFC 1071. */
function sum(bytes: Buffer): number {
  let total = 0
  for (let at = 0; at < bytes.length; at += 2) total += (bytes[at]! << 8) + (bytes[at + 1] ?? 0)
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16)
  return total
}

function closedAt(at: number): CloseRecord {
  const ended = { code: 1000, reason: '', wasClean: true, trigger: 'close-frame' }
  return { at, ...ended, by: 'remote', diagnosis: 'The peer closed the connection with 1000.' }
}

suite('a pcapng file', () => {
  test('has the upgrade and the frames in a TCP connection that adds up', () => {
    const packets = packetsOf(toPcapng(recorded()))
    const segments = packets.filter(({ bytes }) => bytes[0] === 0x45).map(segmentOf)
    assert.deepEqual(
      segments.slice(0, 3).map(({ from, flags }) => [from, flags]),
      [
        [50_000, 2],
        [8080, 18],
        [50_000, 16],
      ],
    )
    const next = new Map<number, number>()
    const streams = new Map<number, Buffer[]>()
    for (const { from, flags, sequence, payload, length } of segments) {
      assert.equal(sequence, next.get(from) ?? sequence)
      next.set(from, sequence + length + (flags & 3 ? 1 : 0))
      streams.set(from, [...(streams.get(from) ?? []), payload])
    }
    const client = Buffer.concat(streams.get(50_000)!)
    const head = client.indexOf('\r\n\r\n') + 4
    assert.match(
      client.toString('latin1', 0, head),
      /^GET \/chat\?a=1&token=secret HTTP\/1\.1\r\nHost: /,
    )
    const hello = frame({ opcode: text, payload: 'hellö', key })
    assert.deepEqual(client.subarray(head, head + hello.length), Buffer.from(hello))
    const server = Buffer.concat(streams.get(8080)!)
    assert.match(server.toString('latin1'), /^HTTP\/1\.1 101 Switching Protocols\r\n/)
    assert.ok(server.includes(Buffer.of(0x82, 2, 0, 255)))
    assert.deepEqual(
      segments.slice(-3).map(({ flags }) => flags),
      [17, 17, 16],
    )
  })

  test('is the packets of each connection by itself, in the order of their times', () => {
    const step = fc.record({ connection: fc.nat(2), after: fc.nat(1), toServer: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), fc.array(fc.nat(2)), (steps, closing) => {
        const recording = new Recording()
        let at = 1_700_000_000_000
        const recorders = [1, 2, 3].map((port) => {
          const remote = { address: '192.0.2.2', port: 50_000 + port }
          return recording.open(facts({ openedAt: at, remote }))
        })
        for (const { connection, after, toServer } of steps) {
          at += after
          const payload = `${at} on ${connection}`
          const written = { opcode: text, payload, ...(toServer && { key }) }
          recorders[connection]!.read(toServer ? 'receive' : 'transmit', frame(written), at)
        }
        for (const connection of new Set(closing)) recorders[connection]!.closed(closedAt(at))
        const { connections, frames } = recording
        const apart = connections.flatMap((one) =>
          packetsOf(toPcapng({ connections: [one], frames })),
        )
        const expected = apart.sort((one, other) => one.at - other.at)
        for (const source of [recording, { connections, frames }]) {
          assert.deepEqual(packetsOf(toPcapng(source)), expected)
        }
      }),
    )
  })

  test('has the packets of a connection in order where what was recorded is not', () => {
    const lines = [...toJsonLines(recorded(), exportPorts)]
    const imported = fromJsonLines(lines, { encodeUtf8: (line) => new TextEncoder().encode(line) })
    const frames = imported.frames.toReversed()
    const packets = packetsOf(toPcapng({ ...imported, frames }))
    assert.equal(packets.length, packetsOf(toPcapng(recorded())).length)
    const times = packets.map(({ at }) => at)
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    )
  })

  test('comes in pieces, each a block of the file', () => {
    const pieces = [...toPcapngPieces(recorded())]
    assert.deepEqual(new Uint8Array(Buffer.concat(pieces)), toPcapng(recorded()))
    assert.equal(pieces.length, 1 + packetsOf(toPcapng(recorded())).length)
  })

  test('has the times, in order', () => {
    const times = packetsOf(toPcapng(recorded())).map(({ at }) => at)
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    )
    assert.ok(times.includes(1_700_000_000_001.25))
  })

  test('cuts the packet where the payload was cut, and goes on behind it', () => {
    const recording = new Recording({ payload: 10 })
    const recorder = recording.open(facts())
    const long = 'x'.repeat(50_000)
    recorder.read('transmit', frame({ opcode: text, payload: long }), 1_700_000_000_001)
    recorder.read('transmit', frame({ opcode: text, payload: 'end' }), 1_700_000_000_002)
    const segments = packetsOf(toPcapng(recording)).map(segmentOf)
    const [first, second, last] = segments.slice(-3)
    assert.deepEqual([first?.payload.length, first?.length], [14, 32_768])
    assert.deepEqual([second?.payload.length, second?.length], [0, 50_004 - 32_768])
    assert.equal(last?.sequence, first!.sequence + 50_004)
    assert.equal(last?.payload.toString('latin1', 2), 'end')
  })

  test('keeps both ends of one connection apart', () => {
    const recording = new Recording()
    const { local, remote } = facts()
    recording.open(facts())
    recording.open(facts({ role: 'client', local: remote, remote: local }))
    const ports = packetsOf(toPcapng(recording)).map((packet) => segmentOf(packet).from)
    assert.deepEqual(
      [...new Set(ports)].sort((one, other) => other - one),
      [50_000, 49_153, 8080],
    )
  })

  test('of a Unix socket is on loopback', () => {
    const recording = new Recording()
    const nowhere = { address: undefined, port: undefined }
    recording.open(facts({ local: nowhere, remote: nowhere }))
    const [packet] = packetsOf(toPcapng(recording))
    assert.equal(packet?.bytes.subarray(12, 16).join('.'), '127.0.0.1')
  })
})

test('addresses are read as they are written', () => {
  const hex = (address: string): string | undefined => {
    const bytes = addressBytes(address)
    return bytes && Buffer.from(bytes).toString('hex')
  }
  assert.equal(hex('192.0.2.1'), 'c0000201')
  assert.equal(hex('::ffff:192.0.2.1'), 'c0000201')
  assert.equal(hex('::1'), `${'0'.repeat(31)}1`)
  assert.equal(hex('2001:db8::8:800:200c:417a'), '20010db80000000000080800200c417a')
  assert.equal(hex('fe80::1%eth0'), `fe80${'0'.repeat(27)}1`)
  assert.equal(hex('::'), '0'.repeat(32))
  assert.equal(hex('/tmp/x.sock'), undefined)
  assert.equal(hex(''), undefined)
})
