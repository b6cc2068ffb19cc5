import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import {
  type CloseOutcome,
  Connection,
  type ConnectionHandler,
  type ConnectionSettings,
  defaultHeartbeat,
  isWireCloseCode,
  type Message,
  type Ports,
  resolveLimits,
  Slab,
} from '../../dist/core/index.js'
import { RemoteProtocolError } from '../../dist/errors/index.js'
import { FakeClock, testPorts } from '../../dist/testing/index.js'
import { concat, hex } from './bytes.ts'
import { decodeFrames, type Frame } from './frames.ts'
import type { Received } from './reference-receiver.ts'
import type { StreamInput } from './stream-input.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** UTF-8 and SHA-1 as they are on Node; the rest is the same in every run. */
export function fuzzPorts(clock: FakeClock = new FakeClock(1000)): Ports {
  return {
    ...testPorts({ clock }),
    sha1: (data) => createHash('sha1').update(data).digest(),
    encodeUtf8: (text) => encoder.encode(text),
    decodeUtf8: (bytes) => {
      try {
        return decoder.decode(bytes)
      } catch {
        return undefined
      }
    },
  }
}

/** One for all runs: a new one is 64 KiB. */
const slab = new Slab()

export function settingsFor(input: Omit<StreamInput, 'cut' | 'stream'>): ConnectionSettings {
  const { role, message, fragments } = input
  const limits = resolveLimits({ message, fragments })
  return { role, limits, heartbeat: defaultHeartbeat, ports: fuzzPorts(), slab }
}

/** What the receiver of Tidewire made of a stream, in the words of the reference. */
export interface TidewireReceived extends Received {
  /** The frames that it sent, as `opcode payload`. */
  readonly sent: string[]
  /** The stable code of the error, when it failed. */
  readonly error: string | undefined
}

/** Writes down what a connection says, in order. */
export class Log implements ConnectionHandler {
  readonly events: string[] = []
  finishes = 0
  outcome: CloseOutcome | undefined

  onMessage(message: Message): void {
    const text = typeof message === 'string'
    this.events.push(text ? `text ${hex(encoder.encode(message))}` : `binary ${hex(message)}`)
  }

  onPing(payload: Uint8Array): void {
    this.events.push(`ping ${hex(payload)}`)
  }

  onPong(payload: Uint8Array): void {
    this.events.push(`pong ${hex(payload)}`)
  }

  onFinish(): void {
    this.finishes++
  }

  /** Nothing is sent but answers, and whoever asks for the messages waits for them. */
  onOutput(): void {}
  onReading(): void {}
  isTired(): boolean {
    return false
  }

  onAbort(): void {
    assert.fail('nothing but time makes a receiver destroy the transport')
  }

  onClosed(outcome: CloseOutcome): void {
    assert.equal(this.outcome, undefined, 'closed twice')
    this.outcome = outcome
  }
}

/** Gives the chunks to a connection, checks what must always hold, and says what it made of them. */
export function tidewireReceive(
  chunks: readonly Uint8Array[],
  input: StreamInput,
): TidewireReceived {
  const log = new Log()
  const connection = new Connection(settingsFor(input), log)
  connection.open()
  for (const chunk of chunks) {
    connection.receive(chunk)
    assert.ok(['open', 'ending'].includes(connection.state), `state ${connection.state}`)
  }
  return conclude(connection, log, input.role)
}

/** What has come of it when all is read. */
export function conclude(
  connection: Connection,
  log: Log,
  role: StreamInput['role'],
): TidewireReceived {
  const sent = sentFrames(concat(...connection.output.take()), role === 'client')
  connection.lose()
  assert.equal(connection.state, 'closed')
  const { end, error } = endOf(log.outcome)
  // RFC 6455 §7.1.1: after a closing handshake it is the server that ends the transport.
  const waits = end === 'open' || (end.startsWith('close') && role === 'client')
  assert.equal(log.finishes, waits ? 0 : 1, 'asked for the end of the transport at a wrong time')
  return { events: log.events, sent, end, error }
}

/** How a connection has ended; `open` when it was only the transport that went away. */
export function endOf(outcome: CloseOutcome | undefined): Pick<TidewireReceived, 'end' | 'error'> {
  assert.ok(outcome, 'closed without an outcome')
  const { error, received } = outcome.cause
  if (error instanceof RemoteProtocolError)
    return { end: `fail ${error.closeCode}`, error: error.code }
  if (!received) return { end: 'open', error: undefined }
  return { end: `close ${received.code} ${hex(encoder.encode(received.reason))}`, error: undefined }
}

/**
 * Reads back what was sent, and checks that a peer of the other role may be sent it.
 * @param known Reserved bits that may stand on the first frame of a message.
 */
export function readSent(bytes: Uint8Array, masked: boolean, known = 0): Frame[] {
  const frames = decodeFrames(bytes)
  let message = false
  for (const [i, frame] of frames.entries()) {
    const { fin, rsv, opcode, mask, payload, excess } = frame
    assert.equal(excess, 0, 'half a frame was sent')
    assert.ok(rsv === 0 || (rsv === known && opcode < 3), 'a reserved bit was sent')
    assert.equal(mask !== undefined, masked, 'a frame was sent with the wrong masking')
    assert.ok([0, 1, 2, 8, 9, 10].includes(opcode), 'a reserved opcode was sent')
    if (opcode >= 8) {
      assert.ok(fin && payload.length <= 125, 'an illegal control frame was sent')
    } else {
      assert.equal(opcode === 0, message, 'messages were sent interleaved')
      assert.ok(opcode > 0 || rsv === 0, 'a reserved bit was sent inside a message')
      message = !fin
    }
    if (opcode === 8) {
      assert.equal(i, frames.length - 1, 'something was sent after a close frame')
      checkClosePayload(payload)
    }
  }
  return frames
}

function checkClosePayload(payload: Uint8Array): void {
  if (payload.length === 0) return
  const [high = 0, low = 0] = payload
  assert.ok(payload.length >= 2, 'a close frame of one byte was sent')
  assert.ok(isWireCloseCode(high * 256 + low), 'a close code was sent that may not be')
  assert.doesNotThrow(
    () => decoder.decode(payload.subarray(2)),
    'a reason was sent that is no UTF-8',
  )
}

function sentFrames(bytes: Uint8Array, masked: boolean): string[] {
  return readSent(bytes, masked).map(({ opcode, payload }) => `${opcode} ${hex(payload)}`)
}
