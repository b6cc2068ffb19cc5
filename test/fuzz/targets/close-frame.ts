import assert from 'node:assert/strict'
import { isWireCloseCode, maxReasonBytes } from '../../../dist/core/index.js'
import { checkClose, closePayload, fitReason, readClose } from '../../../dist/core/close-frame.js'
import { LocalProtocolError, RemoteProtocolError } from '../../../dist/errors/index.js'
import { fromLatin1, hex } from '../bytes.ts'
import { encodeFrame, makeFrame } from '../frames.ts'
import { referenceReceive } from '../reference-receiver.ts'
import type { Target } from '../target.ts'
import { fuzzPorts } from '../tidewire-receiver.ts'

const ports = fuzzPorts()
const limits = { message: 1, fragments: 1 }
const encoder = new TextEncoder()

/** The payload of a close frame, read and written, against the reference. */
export const closeFrame: Target = {
  name: 'close-frame',
  seeds: [[], [3], [3, 232], [3, 232, 0x62, 0xc3, 0xbc], [3, 237], [15, 160, 0xff]].map((bytes) =>
    Uint8Array.from(bytes),
  ),
  dictionary: [
    '\x03\xe8',
    '\x03\xef',
    '\x0b\xb8',
    '\x13\x88',
    '\xf0\x9f\x98\x80',
    '\xed\xa0\x80',
  ].map(fromLatin1),
  maxLength: 200,

  run(input) {
    const payload = input.slice(0, 125)
    const frame = encodeFrame(makeFrame(8, payload, undefined))
    const expected = referenceReceive(frame, { role: 'client', ...limits }).end
    const close = readClose(payload, ports)
    if (close instanceof RemoteProtocolError) {
      assert.equal(`fail ${close.closeCode}`, expected, 'another end than the reference')
      return [close.code]
    }
    const { code, reason } = close
    const reasonBytes = encoder.encode(reason)
    assert.equal(`close ${code} ${hex(reasonBytes)}`, expected, 'another end than the reference')

    if (code !== 1005) {
      checkClose(code, reasonBytes)
      assert.deepEqual(closePayload(code, reasonBytes), payload, 'not written as it was read')
    }
    checkFit(new TextDecoder().decode(input))
    checkAnyCode(input)
    return [code === 1005 ? 'no code' : reason === '' ? 'a code' : 'a reason']
  },
}

function checkFit(reason: string): void {
  const fits = fitReason(reason, ports)
  assert.ok(reason.startsWith(fits), 'a reason that was made up')
  assert.ok(encoder.encode(fits).length <= maxReasonBytes, 'a reason that does not fit')
  const [next = ''] = reason.slice(fits.length)
  if (next !== '') assert.ok(encoder.encode(fits + next).length > maxReasonBytes, 'cut too early')
}

/** What `checkClose` lets through can be read by the peer. */
function checkAnyCode(input: Uint8Array): void {
  const [high = 0, low = 0] = input
  const code = high * 256 + low
  try {
    checkClose(code, input.subarray(2))
  } catch (error) {
    assert.ok(error instanceof LocalProtocolError, 'another kind of error')
    assert.ok(
      !isWireCloseCode(code) || input.length > 125,
      'a close frame refused without a reason',
    )
  }
}
