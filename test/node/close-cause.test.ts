import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CloseCause, CloseOutcome, ServeOptions, ServerSocket } from '../../dist/node/index.js'
import {
  calls,
  closePayload,
  frame,
  opcodes,
  opened,
  type RawClient,
  served,
} from './raw-client.ts'

interface Row {
  readonly options?: ServeOptions
  /** What happens once a text frame of 5 bytes has come. */
  readonly act: (client: RawClient, socket: ServerSocket) => unknown
  readonly code: number
  readonly wasClean?: boolean
  readonly cause: Partial<CloseCause>
  readonly text: RegExp
  /** The error in the cause. */
  readonly error?: object
}

const text5 = { opcode: 'text', length: 5 }
const begun = Uint8Array.of(0x81, 0x85, 0, 0, 0, 0, 1)

const rows: Readonly<Record<string, Row>> = {
  'the client closes': {
    act: (client) => client.close(1001),
    code: 1001,
    wasClean: true,
    cause: { trigger: 'close-frame', by: 'remote', lastFrame: { opcode: 'close', length: 2 } },
    text: /^The peer closed the connection with 1001\.$/,
  },
  'the server closes': {
    async act(client, socket) {
      void socket.close(3001, 'enough')
      assert.deepEqual(await client.closeFrame(), { code: 3001, reason: 'enough' })
      client.write(frame(opcodes.close, closePayload(3001)))
    },
    code: 3001,
    wasClean: true,
    cause: { trigger: 'close-frame', by: 'local', sent: { code: 3001, reason: 'enough' } },
    text: /^This side closed the connection with 3001\.$/,
  },
  'the client never answers the close': {
    options: { limits: { closeTimeout: 50 } },
    act: (_, socket) => void socket.close(),
    code: 1006,
    cause: { trigger: 'close-frame', by: 'local', received: undefined, lastFrame: text5 },
    text: /with 1000, and got no close frame in return/,
  },
  'the client ends the connection without a close frame': {
    act: (client) => client.socket.end(),
    code: 1006,
    cause: { trigger: 'transport', by: 'remote', lastFrame: text5, pongOwed: false },
    text: /ended the transport without a close frame\. The last frame was text of 5 bytes/,
  },
  'the client resets the connection': {
    act: (client) => client.socket.resetAndDestroy(),
    code: 1006,
    cause: { trigger: 'transport', by: 'remote', lastFrame: text5 },
    text: /^The transport failed without a close frame: read ECONNRESET\./,
    error: { code: 'ECONNRESET' },
  },
  'the client ends the connection while it owes a pong': {
    async act(client, socket) {
      const pinged = socket.ping()
      assert.equal((await client.frame()).opcode, opcodes.ping)
      client.socket.end()
      await assert.rejects(pinged, { code: 'ERR_CLOSED' })
    },
    code: 1006,
    cause: { trigger: 'transport', by: 'remote', pongOwed: true },
    text: /A ping of ours was unanswered\.$/,
  },
  'the client is silent for longer than the heartbeat allows': {
    options: { heartbeat: { interval: 30, timeout: 30 } },
    act: () => {},
    code: 1006,
    cause: { trigger: 'heartbeat', by: 'local', pongOwed: true, lastFrame: text5 },
    text: /^The peer is gone: no answer to a ping within 30 ms\. The last frame was text/,
    error: { code: 'ERR_HEARTBEAT' },
  },
  'the client breaks the protocol': {
    act: (client) => client.write(Uint8Array.of(0x83, 0x80, 0, 0, 0, 0)),
    code: 1002,
    cause: { trigger: 'protocol-error', by: 'local', received: undefined },
    text: /^The peer broke the protocol: /,
    error: { code: 'ERR_FRAME_OPCODE', closeCode: 1002 },
  },
  'the client does not mask': {
    act: (client) => client.write(Uint8Array.of(0x81, 0x01, 0x61)),
    code: 1002,
    cause: { trigger: 'protocol-error', by: 'local' },
    text: /^The peer broke the protocol: /,
    error: { code: 'ERR_FRAME_UNMASKED' },
  },
  'the client sends what is not UTF-8': {
    act: (client) => client.write(frame(opcodes.text, Uint8Array.of(0xff))),
    code: 1007,
    cause: { trigger: 'protocol-error', by: 'local' },
    text: /UTF-8/,
    error: { code: 'ERR_INVALID_UTF8' },
  },
  'a message is too large': {
    options: { limits: { message: 10 } },
    act: (client) => client.write(frame(opcodes.binary, 'x'.repeat(11)).subarray(0, 6)),
    code: 1009,
    cause: { trigger: 'limit', by: 'local' },
    text: /^A limit was reached: /,
    error: { code: 'ERR_LIMIT_MESSAGE' },
  },
  'a message has too many fragments': {
    options: { limits: { fragments: 2 } },
    act: (client) => {
      client.write(frame(opcodes.text, '', false), frame(0, '', false), frame(0, '', true))
    },
    code: 1008,
    cause: { trigger: 'limit', by: 'local' },
    text: /^A limit was reached: /,
    error: { code: 'ERR_LIMIT_FRAGMENTS' },
  },
  'a frame stops in the middle': {
    options: { limits: { frameTimeout: 50 } },
    act: (client) => client.write(begun),
    code: 1008,
    cause: { trigger: 'limit', by: 'local' },
    text: /a frame stood unfinished for 50 ms/,
    error: { code: 'ERR_LIMIT_FRAME_TIMEOUT' },
  },
  'the client ends the connection in the middle of a frame': {
    act(client) {
      client.write(begun)
      client.socket.end()
    },
    code: 1006,
    cause: { trigger: 'transport', by: 'remote', lastFrame: text5 },
    text: /without a close frame/,
  },
  'the server destroys the connection': {
    act: (_, socket) => socket.terminate(),
    code: 1006,
    cause: { trigger: 'terminate', by: 'local', sent: undefined, received: undefined },
    text: /^This side destroyed the connection/,
  },
}

describe('the close handler is told why', () => {
  for (const [what, row] of Object.entries(rows)) {
    test(what, async (t) => {
      const outcomes = calls<CloseOutcome>()
      const came = calls<void>()
      const server = await served(t, {
        ...row.options,
        message: () => came.note(),
        close: (_, outcome) => outcomes.note(outcome),
      })
      const client = await opened(t, server)
      const [socket] = server.sockets
      client.write(frame(opcodes.text, 'hello'))
      await came.next()
      await row.act(client, socket!)
      const outcome = await outcomes.next()
      assert.equal(outcome.code, row.code)
      assert.equal(outcome.wasClean, row.wasClean ?? false)
      for (const [name, value] of Object.entries(row.cause)) {
        assert.deepEqual(outcome.cause[name as keyof CloseCause], value, name)
      }
      assert.match(outcome.cause.text, row.text)
      assert.ok(outcome.cause.sinceLastByte >= 0 && outcome.cause.sinceLastByte < 60_000)
      for (const [name, value] of Object.entries(row.error ?? {})) {
        assert.equal(Reflect.get(outcome.cause.error!, name), value)
      }
      if (!row.error) assert.equal(outcome.cause.error, undefined)
      await client.gone()
      assert.equal(outcomes.all.length, 1)
      assert.equal(server.sockets.size, 0)
      if (outcome.cause.sent && row.error) {
        assert.equal((await client.closeFrame()).code, row.code)
      }
    })
  }
})

describe('a connection is over', () => {
  test('wherever in a frame the client resets it', async (t) => {
    const outcomes = calls<CloseOutcome>()
    const server = await served(t, { close: (_, outcome) => outcomes.note(outcome) })
    const bytes = frame(opcodes.text, 'x'.repeat(130))
    for (let length = 0; length <= bytes.length; length += 7) {
      const client = await opened(t, server)
      await new Promise((resolve) => client.socket.write(bytes.subarray(0, length), resolve))
      client.socket.resetAndDestroy()
      assert.equal((await outcomes.next()).code, 1006)
    }
    assert.equal(server.sockets.size, 0)
  })
})
