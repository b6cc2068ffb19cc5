import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OutputDeadline } from '../../dist/node/output-deadline.js'

const MiB = 1 << 20

describe('the deadline of output', () => {
  test('is over when nothing was taken', () => {
    const deadline = new OutputDeadline({ bytesWritten: 500, writableLength: 400 }, 100, 1000)
    assert.equal(deadline.due, 1100)
    assert.equal(deadline.isOver(1100), true)
  })

  test('moves on with every look that finds progress', () => {
    const socket = { bytesWritten: 500, writableLength: 400 }
    const deadline = new OutputDeadline(socket, 100, 1000)
    socket.writableLength = 399
    assert.equal(deadline.isOver(1100), false)
    assert.equal(deadline.due, 1200)
    // As much waits as before, but it is something else.
    socket.bytesWritten += 50
    socket.writableLength += 49
    assert.equal(deadline.isOver(1210), false)
    assert.equal(deadline.due, 1310)
    assert.equal(deadline.isOver(1310), true)
  })

  test('is not moved by what is written meanwhile', () => {
    const socket = { bytesWritten: 500, writableLength: 400 }
    const deadline = new OutputDeadline(socket, 100, 1000)
    socket.bytesWritten += 50
    socket.writableLength += 50
    assert.equal(deadline.isOver(1100), true)
  })

  test('is as much later as a large write takes longer', () => {
    for (const [bytes, due] of [
      [1, 1100],
      [MiB, 1100],
      [MiB + 1, 1200],
      [16 * MiB, 2600],
    ] as const) {
      const socket = { bytesWritten: bytes, writableLength: bytes }
      assert.equal(new OutputDeadline(socket, 100, 1000).due, due)
    }
  })

  test('is put off once when it was looked at far too late', () => {
    const deadline = new OutputDeadline({ bytesWritten: 500, writableLength: 400 }, 100, 1000)
    assert.equal(deadline.isOver(1200), false)
    assert.equal(deadline.due, 1300)
    assert.equal(deadline.isOver(1399), true)
  })
})
