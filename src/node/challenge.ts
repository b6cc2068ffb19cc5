import { createHash } from 'node:crypto'
import type { Socket as NetSocket } from 'node:net'
import { challengeBytes, type Challenge, challengeLength } from '../core/index.ts'
import { keepBytes } from './transport-listeners.ts'

/** What came behind the head of a request. */
export interface BehindHead {
  /** What to send behind the head of the answer, as a Latin-1 string. */
  readonly answer: string
  /** What the client has sent beyond its challenge: frames. */
  readonly rest: Uint8Array
}

/**
 * Reads the bytes behind a head that belong to the challenge of hixie-76, and answers it.
 * @returns `undefined` when `signal` was aborted before they had come.
 */
export async function answerChallenge(
  numbers: Challenge,
  socket: NetSocket,
  head: Uint8Array,
  signal: AbortSignal,
): Promise<BehindHead | undefined> {
  const bytes = await readAtLeast(challengeLength, socket, head, signal)
  if (!bytes) return undefined
  const challenge = challengeBytes(numbers, bytes.subarray(0, challengeLength))
  const answer = createHash('md5').update(challenge).digest().toString('latin1')
  return { answer, rest: bytes.subarray(challengeLength) }
}

function readAtLeast(
  length: number,
  socket: NetSocket,
  head: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    let bytes = head
    const done = (result?: Uint8Array): void => {
      socket.off('data', take)
      keepBytes(socket)
      signal.removeEventListener('abort', aborted)
      resolve(result)
    }
    const aborted = (): void => done()
    const take = (chunk: Uint8Array): void => {
      bytes = Buffer.concat([bytes, chunk])
      if (bytes.length >= length) done(bytes)
    }
    signal.addEventListener('abort', aborted)
    socket.on('data', take).resume()
    take(new Uint8Array(0))
  })
}
