import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { bytes, splits } from '../wire.ts'
import { HixieSolo, versions } from './hixie-solo.ts'

const end = [0xff]

for (const version of versions) {
  describe(`a client of ${version}`, () => {
    test('sends text between 0x00 and 0xFF, however it is cut', () => {
      const stream = bytes([0], 'Hello', end, [0], end, [0], 'Grüße 🌊', end)
      for (const chunks of splits(stream)) {
        const peer = new HixieSolo(version)
        for (const chunk of chunks) peer.connection.receive(chunk)
        assert.deepEqual(peer.messages, ['Hello', '', 'Grüße 🌊'])
        assert.equal(peer.connection.state, 'open')
      }
    })

    test('sends frames of other types, whose data is discarded', () => {
      const parts: (Uint8Array | readonly number[] | string)[][] = [
        [[0x01], 'no text', end],
        [[0x7f], end],
        // 0x81 0x02: seven bits twice, 130.
        [[0x80, 0x81, 0x02], new Uint8Array(130).fill(0xff)],
        [[0x80, 0x00]],
        [
          [0xfe, 0x03],
          [0x00, 0x41, 0xff],
        ],
        [[0xff, 0x01], [0x00]],
        [[0], 'still here', end],
      ]
      const stream = bytes(...parts.flat())
      for (const chunks of splits(stream)) {
        const peer = new HixieSolo(version)
        for (const chunk of chunks) peer.connection.receive(chunk)
        assert.deepEqual(peer.messages, ['still here'])
      }
    })

    test('sends any text', () => {
      fc.assert(
        fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(9), (texts, size) => {
          const peer = new HixieSolo(version)
          const stream = bytes(...texts.flatMap((text) => [[0], text, end]))
          for (let at = 0; at < stream.length; at += size + 1) {
            peer.connection.receive(stream.slice(at, at + size + 1))
          }
          assert.deepEqual(peer.messages, texts)
        }),
      )
    })

    test('is closed with the error that it made', () => {
      const failures: [what: string, code: string, ...parts: Parameters<HixieSolo['receive']>][] = [
        ['text over the limit', 'ERR_LIMIT_MESSAGE', [0], '123456789'],
        ['an endless frame of another type', 'ERR_LIMIT_MESSAGE', [1], '123456789'],
        ['a length over the limit', 'ERR_LIMIT_MESSAGE', [0x80, 9]],
        ['a length that overflows', 'ERR_LIMIT_MESSAGE', [0x80], new Uint8Array(20).fill(0xff)],
        ['a length without end', 'ERR_FRAME_LENGTH', [0x80], new Uint8Array(20).fill(0x80)],
        ['text that is not UTF-8', 'ERR_INVALID_UTF8', [0, 0xc3], end],
      ]
      for (const [what, code, ...parts] of failures) {
        const peer = new HixieSolo(version, { message: 8 })
        peer.receive(...parts)
        peer.receive([0], 'late', end)
        assert.deepEqual(peer.messages, [], what)
        assert.equal(peer.finishes, 1, what)
        assert.equal(peer.failure(), code, what)
      }
    })

    test('may send as much as the limit allows', () => {
      const peer = new HixieSolo(version, { message: 8 })
      peer.receive([0], '12345678', end, [1], '12345678', end, [0x80, 8], '12345678')
      assert.deepEqual(peer.messages, ['12345678'])
      assert.equal(peer.connection.state, 'open')
    })

    test('has a time for a frame that it has begun', () => {
      const peer = new HixieSolo(version, { frameTimeout: 5000 })
      assert.equal(peer.connection.due(), Infinity)
      peer.receive([0], 'so')
      peer.clock.advance(5000)
      peer.connection.tick(peer.clock.now())
      assert.equal(peer.failure(), 'ERR_LIMIT_FRAME_TIMEOUT')
    })
  })
}

test('a client of hixie-76 closes with 0xFF 0x00, and is answered the same', () => {
  for (const zero of [[0], [0x80, 0]]) {
    const peer = new HixieSolo('hixie-76')
    peer.receive([0], 'bye', end, [0xff], zero, [0], 'late', end)
    assert.deepEqual(peer.messages, ['bye'])
    assert.deepEqual(peer.sent(), Uint8Array.of(0xff, 0))
    assert.equal(peer.finishes, 1)
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1005, true])
  }
})

test('to a client of hixie-75 0xFF 0x00 is a frame of no meaning', () => {
  const peer = new HixieSolo('hixie-75')
  peer.receive([0xff, 0], [0], 'here', end)
  assert.deepEqual(peer.messages, ['here'])
})

test('a client of hixie-75 closes by ending the transport', () => {
  const peer = new HixieSolo('hixie-75')
  peer.receive([0], 'bye', end)
  peer.connection.end()
  assert.equal(peer.finishes, 1)
  assert.deepEqual(peer.sent(), new Uint8Array(0))
  peer.connection.lose()
  assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1005, true])
})

test('the end of the transport in the middle of a frame, or without 0xFF 0x00, is no close', () => {
  for (const [version, part] of [
    ['hixie-75', 'half'],
    ['hixie-76', ''],
  ] as const) {
    const peer = new HixieSolo(version)
    if (part) peer.receive([0], part)
    peer.connection.end()
    peer.connection.lose()
    assert.deepEqual([peer.outcome!.code, peer.outcome!.wasClean], [1006, false], version)
  }
})

test('what ended a connection of hixie-75 before the transport did stays its cause', () => {
  const peer = new HixieSolo('hixie-75')
  peer.receive([0, 0xc3], end)
  peer.connection.end()
  assert.equal(peer.failure(), 'ERR_INVALID_UTF8')
  assert.equal(peer.outcome!.code, 1007)
})
