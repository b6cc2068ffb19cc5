import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LocalProtocolError } from '../../dist/errors/index.js'
import { ConnectionPair, seededRandom } from '../../dist/testing/index.js'
import { ping, roles, Solo } from './solo.ts'
import { bytes, pattern } from './wire.ts'

const fragmenting = (error: unknown): boolean =>
  error instanceof LocalProtocolError && error.code === 'ERR_FRAGMENTING'

for (const role of roles) {
  const other = role === 'client' ? 'server' : 'client'

  test(`a ${role} ${role === 'client' ? 'masks every frame' : 'masks no frame'}`, () => {
    const peer = new Solo(role)
    const { connection } = peer
    peer.receive(ping('a'))
    connection.send('a')
    connection.send(bytes('b'))
    connection.sendEncoded(connection.encode('c'))
    connection.sendFragment('d', true)
    connection.ping()
    connection.pong()
    connection.close(1000)
    const frames = peer.sent()
    assert.deepEqual(
      frames.map(({ opcode }) => opcode),
      [10, 1, 2, 1, 1, 9, 10, 8],
    )
    for (const { masked, fin } of frames) assert.deepEqual([masked, fin], [role === 'client', true])
  })

  test(`a ${role} sends fragments: the first names the type, the last ends the message`, () => {
    const peer = new Solo(role)
    const { connection } = peer
    const parts: [part: string | Uint8Array, fin: boolean][] = [
      ['a', false],
      ['', false],
      ['b', true],
      [bytes('c'), false],
      [bytes(''), true],
    ]
    for (const [part, fin] of parts) {
      connection.sendFragment(part, fin)
      assert.equal(connection.fragmenting, !fin)
    }
    const frames = peer.sent().map(({ opcode, fin, payload }) => [opcode, fin, payload.length])
    assert.deepEqual(frames, [
      [1, false, 1],
      [0, false, 0],
      [0, true, 1],
      [2, false, 1],
      [0, true, 0],
    ])
  })

  test(`a ${role} lets control frames between fragments, but no other message`, () => {
    const pair = new ConnectionPair()
    const { connection } = pair[role]
    const encoded = connection.encode('encoded')
    connection.sendFragment('Hello ', false)
    assert.throws(() => connection.send('no'), fragmenting)
    assert.throws(() => connection.send(pattern(1)), fragmenting)
    assert.throws(() => connection.sendEncoded(encoded), fragmenting)
    connection.ping(bytes('p'))
    connection.pong(bytes('q'))
    pair[other].connection.ping(bytes('r'))
    pair.flow()
    connection.sendFragment('you', true)
    connection.send('then')
    connection.sendEncoded(encoded)
    pair.flow()
    assert.deepEqual(pair[other].messages, ['Hello you', 'then', 'encoded'])
    assert.deepEqual(pair[other].pings, [bytes('p')])
    assert.deepEqual(pair[other].pongs, [bytes('q'), bytes('r')])
  })

  test(`a ${role} may close inside a fragmented message`, () => {
    const pair = new ConnectionPair()
    pair[role].connection.sendFragment('half', false)
    pair[role].connection.close(1000)
    pair.flow()
    assert.deepEqual(pair[other].messages, [])
    for (const { outcome } of pair.sides)
      assert.deepEqual([outcome!.code, outcome!.wasClean], [1000, true])
  })
}

test('masks each frame with a new key, of all 32 bits', () => {
  const peer = new Solo('client')
  for (let i = 0; i < 1000; i++) peer.connection.send('')
  const all = bytes(...peer.connection.output.take())
  const keys = new Set<string>()
  let bits = 0
  for (let at = 0; at < all.length; at += 6) {
    const key = Buffer.from(all.subarray(at + 2, at + 6))
    keys.add(key.toString('hex'))
    bits |= key.readUInt32BE()
  }
  assert.equal(keys.size, 1000)
  assert.equal(bits, -1)
  const random = Buffer.from(seededRandom(1)(4)).toString('hex')
  assert.equal([...keys][0], random, 'all four random bytes, in their order')
})

test('does not change what it is given to send', () => {
  const peer = new Solo('client')
  const payload = pattern(300)
  peer.connection.send(payload)
  peer.connection.sendFragment(payload, true)
  peer.connection.ping(payload.subarray(0, 100))
  peer.connection.pong(payload.subarray(0, 100))
  assert.deepEqual(payload, pattern(300))
})

test('keeps the payload of a ping it answers later, even if its chunk is changed', () => {
  const peer = new Solo('client')
  peer.connection.congested = true
  const chunk = peer.peerBytes(ping('owed'))
  peer.connection.receive(chunk)
  chunk.fill(0)
  peer.connection.congested = false
  assert.deepEqual(peer.sent()[0]!.payload, bytes('owed'))
})
