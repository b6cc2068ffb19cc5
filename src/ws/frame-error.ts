import { CloseCode } from '../core/index.ts'
import type { RemoteProtocolError } from '../errors/index.ts'

/** An error as ws makes it: `code` is one of its WS_ERR_*, or one of zlib's. */
export type FrameError = Error & { code: string; errno?: number }

const tooMany = 'WS_ERR_TOO_MANY_BUFFERED_PARTS'
const rsv1 = 'RSV1 must be clear'

/**
 * What ws says when a peer breaks the protocol or a limit.
 * @param opcode Of the frame at fault, -1 when none had begun.
 */
export function frameError(fault: RemoteProtocolError, opcode: number): FrameError {
  // The number at fault is in our message: the reserved opcode, the length, the close code.
  const number = Number(fault.message.match(/\b(?:0x[0-9a-f]+|\d+)\b/g)?.at(-1))
  switch (fault.code) {
    case 'ERR_FRAME_RSV':
      return fault.message.includes('RSV1')
        ? invalid('WS_ERR_UNEXPECTED_RSV_1', rsv1)
        : invalid('WS_ERR_UNEXPECTED_RSV_2_3', 'RSV2 and RSV3 must be clear')
    case 'ERR_FRAME_OPCODE':
      return invalid('WS_ERR_INVALID_OPCODE', `invalid opcode ${number}`)
    case 'ERR_CONTINUATION_UNEXPECTED':
      return invalid('WS_ERR_INVALID_OPCODE', 'invalid opcode 0')
    case 'ERR_CONTINUATION_EXPECTED':
      return invalid('WS_ERR_INVALID_OPCODE', `invalid opcode ${opcode}`)
    case 'ERR_CONTROL_FRAGMENTED':
      return invalid('WS_ERR_EXPECTED_FIN', 'FIN must be set')
    case 'ERR_FRAME_MASKED':
      return invalid('WS_ERR_UNEXPECTED_MASK', 'MASK must be clear')
    case 'ERR_FRAME_UNMASKED':
      return invalid('WS_ERR_EXPECTED_MASK', 'MASK must be set')
    case 'ERR_CONTROL_LENGTH':
      return invalid('WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH', `invalid payload length ${number}`)
    case 'ERR_CLOSE_FRAME':
      return Number.isNaN(number)
        ? invalid('WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH', 'invalid payload length 1')
        : invalid('WS_ERR_INVALID_CLOSE_CODE', `invalid status code ${number}`)
    case 'ERR_INVALID_UTF8':
      return invalid('WS_ERR_INVALID_UTF8', 'invalid UTF-8 sequence', Error)
    case 'ERR_LIMIT_MESSAGE':
      return made(RangeError, 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'Max payload size exceeded')
    case 'ERR_LIMIT_FRAGMENTS':
      return made(RangeError, tooMany, 'Too many message fragments')
    case 'ERR_DEFLATE_DATA':
      return Object.assign(made(Error, 'Z_DATA_ERROR', 'invalid compressed data'), { errno: -3 })
    default:
      return fault.closeCode === CloseCode.messageTooBig
        ? made(RangeError, 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH', fault.message)
        : invalid(fault.code, fault.message)
  }
}

function invalid(code: string, message: string, kind: ErrorConstructor = RangeError): FrameError {
  return made(kind, code, `Invalid WebSocket frame: ${message}`)
}

function made(kind: ErrorConstructor, code: string, message: string): FrameError {
  return Object.assign(new kind(message), { code })
}
