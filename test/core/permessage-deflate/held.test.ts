import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeflateOptions, Message } from '../../../dist/core/index.js'
import { type Role, roles } from '../solo.ts'
import { bytes, read } from '../wire.ts'
import { deflatePair, deflateSolo, type DeflateSoloOptions, takeover } from './agreement.ts'
import { LateCompression } from './late-compression.ts'
import { noise, prose } from './payloads.ts'

const large = 'a'.repeat(16_385)

/** Compression without a thread pool. */
function soon(): LateCompression {
  const compression = new LateCompression()
  compression.late = false
  return compression
}

type Row = [what: string, role: Role, message: Message, options: DeflateSoloOptions, held: boolean]
const plain: DeflateOptions = { filter: () => false }
const rows: Row[] = [
  ['is compressed at once up to 16 KiB', 'server', large.slice(1), {}, false],
  ['is held beyond, as it would take long', 'server', large, {}, true],
  ['is held where the client remembers it', 'server', 'abc', { agreed: { send: takeover } }, true],
  ['is held by a client, whatever its size', 'client', 'abc', {}, true],
  ['is held when it is binary', 'client', bytes('abc'), {}, true],
  ['is held when it is empty', 'client', '', {}, true],
  ['is framed when it is not compressed anyway', 'server', large, { options: plain }, false],
  ['is framed by a client when it is not', 'client', 'abc', { options: plain }, false],
]

for (const [what, role, message, options, held] of rows) {
  test(`a message of a ${role} that has to wait ${what}`, () => {
    const { connection } = deflateSolo(role, { compression: soon(), ...options })
    const ready = connection.encode(message)
    assert.equal(ready instanceof Uint8Array, !held)
    const header = (role === 'client' ? 4 : 0) + (message.length < 126 ? 2 : 4)
    if (held) assert.equal(ready.length, header + message.length)
    else assert.equal(read(ready as Uint8Array)[0]!.rsv, options.options === plain ? 0 : 4)
    connection.sendEncoded(ready)
    const [frame] = read(bytes(...connection.output.take()))
    assert.equal(frame!.masked, role === 'client')
    assert.equal(frame!.rsv, options.options === plain || message.length < 4 ? 0 : 4)
  })
}

for (const role of roles) {
  const other = role === 'client' ? 'server' : 'client'

  test(`what a ${role} holds is compressed in its turn, with what was said before`, () => {
    const both = { send: { contextTakeover: true }, receive: { contextTakeover: true } }
    const pair = deflatePair({ client: both, server: both })
    const { connection } = pair[role]
    const said = [0, 1, 2, 3].map((i) => prose(400, i % 2))
    const ready = said.map((message) => connection.encode(message))
    for (const one of ready) connection.sendEncoded(one)
    const sent = read(bytes(...connection.output.take()))
    assert.deepEqual(
      sent.map(({ rsv, payload }) => [rsv, payload.length < 30]),
      [
        [4, false],
        [4, false],
        [4, true],
        [4, true],
      ],
    )
  })

  test(`what a ${role} holds arrives as it was when it was given`, () => {
    const pair = deflatePair({ compression: soon() })
    const { connection } = pair[role]
    const reused = Buffer.from(noise(20_000))
    const ready = connection.encode(reused)
    reused.fill(7)
    connection.sendEncoded(ready)
    pair.flow()
    assert.deepEqual(pair[other].messages, [noise(20_000)])
  })

  test(`what a ${role} holds goes as it is behind a message that is being encoded`, () => {
    const compression = new LateCompression()
    const { connection } = deflateSolo(role, { compression })
    const ready = connection.encode(large)
    connection.send(large)
    connection.sendEncoded(ready)
    connection.close(1000)
    compression.finish()
    const frames = read(bytes(...connection.output.take()))
    assert.deepEqual(
      frames.map(({ opcode, rsv }) => [opcode, rsv]),
      [
        [1, 4],
        [1, 0],
        [8, 0],
      ],
    )
  })
}
