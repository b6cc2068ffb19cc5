/** What attackers do with their connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import { frame, opcodes, type RawClient } from '../../node/raw-client.ts'

/**
 * Writes until all is written, the server takes no more for `patience` ms, or the connection is over.
 * @returns How many of the chunks were written.
 */
export async function flood(
  { socket }: RawClient,
  chunks: Iterable<Uint8Array>,
  patience = 2000,
): Promise<number> {
  let count = 0
  for (const chunk of chunks) {
    if (socket.destroyed) return count
    count++
    if (socket.write(chunk)) continue
    const gone = new AbortController()
    const { signal } = gone
    const went = new Promise<boolean>((resolve) => {
      const go = (): void => resolve(true)
      socket.once('drain', go)
      socket.once('close', go)
      signal.addEventListener('abort', () => socket.off('drain', go).off('close', go))
    })
    const took = await Promise.race([went, sleep(patience, false, { signal }).catch(() => false)])
    gone.abort()
    if (!took) return count
  }
  return count
}

export function* repeat(chunk: Uint8Array, times: number): Generator<Uint8Array> {
  for (let i = 0; i < times; i++) yield chunk
}

/** Takes what comes and looks at none of it. */
export function ignore({ socket }: RawClient): void {
  socket.removeAllListeners('data')
  socket.resume()
}

/** Milliseconds until the connection is over, or `undefined` after `patience` ms. */
export async function timeUntilGone(
  client: RawClient,
  patience: number,
): Promise<number | undefined> {
  const started = performance.now()
  const giveUp = new AbortController()
  const { signal } = giveUp
  const patient = sleep(patience, 'never', { signal }).catch(() => 'gone')
  const end = await Promise.race([client.gone(), patient])
  giveUp.abort()
  return end === 'never' ? undefined : performance.now() - started
}

/** How the server ended the connection: `close 1008`, `ended`, `reset`, or `open` after `patience` ms. */
export async function endingOf(client: RawClient, patience = 5000): Promise<string> {
  const giveUp = new AbortController()
  const { signal } = giveUp
  const open = sleep(patience, 'open', { signal }).catch(() => 'open')
  client.socket.resume()
  const ending = await Promise.race([closing(client), open])
  giveUp.abort()
  return ending
}

async function closing(client: RawClient): Promise<string> {
  try {
    for (;;) {
      const { opcode, payload } = await client.frame()
      if (opcode !== opcodes.close) continue
      return `close ${payload.length < 2 ? 1005 : payload.readUInt16BE()}`
    }
  } catch {
    return client.error ? 'reset' : 'ended'
  }
}

/** Waits until the server has taken all that was written before: it answers a ping. */
export async function taken(client: RawClient): Promise<void> {
  client.write(frame(opcodes.ping, 'taken'))
  while ((await client.frame()).opcode !== opcodes.pong);
}

/** What all of them were, in the order of the first: `close 1011`, or `close 1011, open`. */
export function distinct(values: Iterable<unknown>): string {
  return [...new Set(values)].join(', ')
}
