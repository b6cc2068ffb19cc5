import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Message, SharedMessage } from '../../dist/core/index.js'
import { testPorts } from '../../dist/testing/index.js'
import { deflatePair, deflateSolo, takeover } from './permessage-deflate/agreement.ts'
import { LateCompression } from './permessage-deflate/late-compression.ts'
import { noise, prose } from './permessage-deflate/payloads.ts'
import { Solo } from './solo.ts'
import { bytes, pattern, read } from './wire.ts'

const ports = testPorts()
const bits = (windowBits: number) => ({ agreed: { send: { takeover: false, windowBits } } })

test('each form is made once, by the first that asks for it', () => {
  const shared = new SharedMessage('a', ports)
  let made = 0
  const make = (): Uint8Array => Uint8Array.of(++made)
  const forms = ['x', 'y', 'x', '__proto__', 'x', 'y', '__proto__'].map((name) =>
    shared.form(name, make),
  )
  assert.deepEqual(
    forms.map(([number]) => number),
    [1, 2, 1, 3, 1, 2, 3],
  )
  assert.equal(shared.plain, shared.plain)
  assert.equal(made, 3)
})

test('nothing is framed, or encoded, before a receiver asks', () => {
  let encoded = 0
  const encodeUtf8 = (text: string): Uint8Array => (encoded++, ports.encodeUtf8(text))
  const shared = new SharedMessage(prose(2000), { ...ports, encodeUtf8 })
  assert.equal(encoded, 0)
  for (const connection of [
    deflateSolo('server'),
    new Solo('server'),
    deflateSolo('server', bits(9)),
  ]) {
    connection.connection.share(shared)
  }
  assert.equal(encoded, 1)
})

test('a message is compressed once for all receivers with the same window', () => {
  const compression = new LateCompression()
  let asked = 0
  const options = { filter: () => (asked++, true) }
  const receivers = [15, 15, 10, 15, 10].map((windowBits) =>
    deflateSolo('server', { ...bits(windowBits), compression, options }),
  )
  const shared = new SharedMessage(prose(3000), ports)
  const frames = receivers.map(({ connection }) => connection.share(shared))
  assert.deepEqual([compression.calls.deflateNow, compression.calls.deflate, asked], [2, 0, 2])
  assert.equal(new Set(frames).size, 2)
  assert.equal(frames[0], frames[3])
  assert.equal(frames[2], frames[4])
})

test('a receiver gets the form that it can take', () => {
  const rows: [
    what: string,
    message: Message,
    options: Parameters<typeof deflateSolo>[1],
    rsv: number,
  ][] = [
    ['compressed', prose(3000), {}, 4],
    ['compressed, binary', bytes(prose(3000)), {}, 4],
    ['plain, for it remembers', prose(3000), { agreed: { send: takeover } }, 0],
    ['plain, for it is small', prose(30), { options: { threshold: 1024 } }, 0],
    ['plain, for the filter says so', prose(3000), { options: { filter: () => false } }, 0],
    ['plain, for it would grow', noise(3000), {}, 0],
    ['compressed, the largest that is', new Uint8Array(131_072), {}, 4],
    ['plain, for it would take too long', new Uint8Array(131_073), {}, 0],
    ['plain, for it has too many bytes', '日'.repeat(43_691), {}, 0],
  ]
  for (const [what, message, options, rsv] of rows) {
    const { connection } = deflateSolo('server', options)
    const shared = new SharedMessage(message, ports)
    const frame = connection.share(shared)!
    assert.equal(read(frame)[0]!.rsv, rsv, what)
    if (rsv === 0) assert.equal(frame, shared.plain, what)
  }
})

test('a form arrives at each receiver, between messages of its own, whatever it remembers', () => {
  const both = { contextTakeover: true }
  const kinds = [
    deflatePair({ client: { send: both, receive: both }, server: { send: both, receive: both } }),
    deflatePair(),
    deflatePair({ server: { send: { windowBits: 8 } } }),
  ]
  const shared = [prose(500), pattern(400), '', prose(500, 2)].map(
    (any) => new SharedMessage(any, ports),
  )
  for (const pair of kinds) {
    for (const one of shared) {
      pair.server.connection.send(prose(600, 2))
      pair.server.connection.sendEncoded(pair.server.connection.share(one)!)
      pair.server.connection.send(prose(600, 2))
    }
    pair.flow()
    assert.deepEqual(
      pair.client.messages,
      shared.flatMap(({ message }) => [prose(600, 2), message, prose(600, 2)]),
    )
  }
})
