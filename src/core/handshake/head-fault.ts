import type { ErrorCode } from '../../errors/index.ts'
import type { Limits } from '../limits.ts'

/** The limits of a message head, as `resolveLimits` gives them. */
export type HeadLimits = Pick<Limits, 'head' | 'headFields' | 'target'>

/** Why a head cannot be read, and the status that says so to a client. */
export interface HeadFault {
  readonly code: ErrorCode
  readonly status: 400 | 414 | 431
  /** What was wrong and what was expected, in printable ASCII. */
  readonly wrong: string
}

export function isFault(read: object): read is HeadFault {
  return 'wrong' in read
}

/** RFC 9112 §2.2, §3, §5: what is malformed is answered 400, not repaired. */
export function malformed(wrong: string): HeadFault {
  return { code: 'ERR_HANDSHAKE_HEAD', status: 400, wrong }
}

/** RFC 6585 §5. */
export function headTooLarge({ head }: HeadLimits): HeadFault {
  const wrong = `the head has more than ${head} bytes`
  return { code: 'ERR_HANDSHAKE_HEAD_SIZE', status: 431, wrong }
}

/** RFC 6585 §5. */
export function tooManyFields({ headFields }: HeadLimits): HeadFault {
  const wrong = `the head has more than ${headFields} field lines`
  return { code: 'ERR_HANDSHAKE_HEAD_SIZE', status: 431, wrong }
}

/** RFC 9110 §15.5.15. */
export function targetTooLong({ target }: HeadLimits): HeadFault {
  const wrong = `the request target has more than ${target} characters`
  return { code: 'ERR_HANDSHAKE_TARGET_SIZE', status: 414, wrong }
}

/** RFC 9112 §3, RFC 9110 §15.5.15: before the first line has ended, what is too long is the target. */
export function requestLineTooLong({ head }: HeadLimits): HeadFault {
  const wrong = `the request line does not end within ${head} bytes`
  return { code: 'ERR_HANDSHAKE_TARGET_SIZE', status: 414, wrong }
}
