import type { CloseRecord, Direction, FeedSide } from '../../../inspect/index.ts'

/** A close frame that went through. */
interface SeenClose {
  readonly direction: Direction
  readonly payload: Uint8Array
}

/**
 * How a connection ended that went through a proxy, in the eyes of its client.
 * @param closes The first close frame of each direction, in the order they went through.
 * @param endedBy Which side ended the transport first.
 * @param refusal The first line of a response that was no 101.
 */
export function proxiedClose(
  closes: readonly SeenClose[],
  endedBy: FeedSide,
  refusal: string | undefined,
  at: number,
): CloseRecord {
  const [first] = closes
  const received = closes.find(({ direction }) => direction === 'receive')
  const began: FeedSide = first ? (first.direction === 'transmit' ? 'client' : 'server') : endedBy
  const by = began === 'client' ? 'local' : 'remote'
  const wasClean = closes.length === 2
  const { code, reason } = received ? read(received.payload) : { code: 1006, reason: '' }
  const trigger = first ? 'close-frame' : 'transport'
  const common = { at, code, reason, wasClean, trigger, by } as const
  if (refusal !== undefined) {
    const diagnosis = `The server did not accept the WebSocket: it answered ${refusal}.`
    return { ...common, diagnosis }
  }
  return { ...common, diagnosis: inWords(first, began, wasClean) }
}

function inWords(first: SeenClose | undefined, began: FeedSide, wasClean: boolean): string {
  if (!first) return `The ${began} ended the transport without a close frame.`
  const { code, reason } = read(first.payload)
  const why = reason === '' ? '' : ` and the reason ${JSON.stringify(reason)}`
  const other = began === 'client' ? 'server' : 'client'
  const answer = wasClean ? `the ${other} answered` : `the ${other} did not answer`
  return `The ${began} closed with ${code}${why}; ${answer}.`
}

/** RFC 6455 §7.1.5: 1005 where there is no code. */
function read(payload: Uint8Array): { code: number; reason: string } {
  if (payload.length < 2) return { code: 1005, reason: '' }
  const reason = Buffer.from(payload.subarray(2)).toString()
  return { code: (payload[0]! << 8) | payload[1]!, reason }
}
