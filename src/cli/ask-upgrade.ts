import type { Socket } from 'node:net'
import type { AnswerStep } from '../inspect/index.ts'
import type { Incoming } from './incoming.ts'
import { faultOf } from './open-transport.ts'
import { stopwatch } from './stopwatch.ts'

/** Content behind a refusal: enough to see why, and not waited for longer than this. */
const mostContent = 4096
const contentTimeout = 1000
/** More than any head that a client would read. */
const longestHead = 1 << 16

interface Answer {
  readonly step: AnswerStep
  /** The head and the start of the content, as Latin-1. */
  readonly response: string
  /** Whether frames come next. */
  readonly open: boolean
}

/** Sends the request and reads up to the end of the last head; the rest of a 101 stays in `incoming`. */
export async function ask(
  socket: Socket,
  incoming: Incoming,
  request: string,
  timeout: number,
): Promise<Answer> {
  const time = stopwatch()
  socket.write(request, 'latin1')
  const awaited = await incoming.until(
    (bytes) => headEnd(bytes) > 0 || bytes.length > longestHead,
    timeout,
  )
  const { total, fault } = incoming
  const first = new Uint8Array(incoming.bytes.subarray(0, 16))
  const end = headEnd(incoming.bytes) > 0 ? 'head' : awaited === 'timeout' ? 'timeout' : 'ended'
  const step: AnswerStep = {
    step: 'answer',
    bytes: total,
    first,
    end,
    ...(fault && { fault: faultOf(fault) }),
    milliseconds: time(),
  }
  const whole = headEnd(incoming.bytes)
  if (whole === 0) return { step, response: '', open: false }
  const head = incoming.bytes.toString('latin1', 0, whole)
  if (statusOf(head) === 101) {
    incoming.bytes = incoming.bytes.subarray(whole)
    return { step, response: head, open: true }
  }
  const content = await contentOf(head, incoming)
  return { step, response: head + content, open: false }
}

/** Where the head ends, interim responses with it (RFC 9110 §15.2); 0 before that. */
function headEnd(bytes: Buffer): number {
  for (let from = 0; ;) {
    const blank = /\r?\n\r?\n/.exec(bytes.toString('latin1', from))
    if (!blank) return 0
    const end = from + blank.index + blank[0].length
    const status = statusOf(bytes.toString('latin1', from, end))
    if (status < 100 || status > 199 || status === 101) return end
    from = end
  }
}

/** Of the last head in a text. */
export function statusOf(head: string): number {
  return Number([...head.matchAll(/^HTTP\/\S+ (\d{3})/gm)].at(-1)?.[1] ?? 0)
}

/** The start of the content behind a head; of one in chunks the first (RFC 9112 §7.1). */
async function contentOf(head: string, incoming: Incoming): Promise<string> {
  const chunked = /^transfer-encoding:.*chunked/im.test(head)
  const end = head.length + contentLength(head)
  const last = (bytes: Buffer): boolean => chunked && bytes.includes('\r\n0\r\n', head.length)
  await incoming.until((bytes) => bytes.length >= end || last(bytes), contentTimeout)
  const content = incoming.take().toString('latin1', head.length, end)
  if (!chunked) return content
  const [, size = '', rest = ''] = /^([0-9a-f]+)[^\n]*\n(.*)$/is.exec(content) ?? []
  return rest.slice(0, Number.parseInt(size, 16) || 0)
}

function contentLength(head: string): number {
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? mostContent)
  return Math.min(length, mostContent)
}
