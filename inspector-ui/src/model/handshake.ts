import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Connection } from './connection.ts'
import { AnswerError, getPeer, type Peer } from './server-api.ts'

export type Handshake =
  | { readonly kind: 'none' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'known'; readonly peer: Peer }
  | { readonly kind: 'failed'; readonly message: string }

/** Both heads of the handshake as the server saw them: a page is not shown its own. */
export function createHandshake(connection: Connection): ReadonlySignal<Handshake> {
  const handshake = signal<Handshake>({ kind: 'none' })

  async function ask(id: string, abort: AbortSignal): Promise<void> {
    handshake.value = { kind: 'asking' }
    try {
      handshake.value = { kind: 'known', peer: await withOneRetry(id, abort) }
    } catch (error) {
      if (abort.aborted) return
      const message = error instanceof Error ? error.message : String(error)
      handshake.value = { kind: 'failed', message }
    }
  }

  // Stays when the connection closes: the handshake is often what one wants to read then.
  effect(() => {
    if (connection.state.value !== 'OPEN') return undefined
    const abort = new AbortController()
    const id = connection.peer.peek()
    if (id !== undefined) void ask(id, abort.signal)
    return () => abort.abort()
  })
  return handshake
}

/** The 101 may reach the page a moment before the server has entered the peer. */
async function withOneRetry(id: string, abort: AbortSignal): Promise<Peer> {
  try {
    return await getPeer(id, abort)
  } catch (error) {
    if (!(error instanceof AnswerError && error.status === 404)) throw error
    await new Promise((resolve) => setTimeout(resolve, 300))
    return getPeer(id, abort)
  }
}
