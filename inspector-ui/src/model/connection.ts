import { batch, type ReadonlySignal, signal } from '@preact/signals'
import { closeCodeMeaning } from '../../../src/inspect/close-code-meaning.ts'
import { count } from '../pure/format.ts'
import { type Target, targetLabel, targetPath } from '../pure/target.ts'
import type { MessageLog } from './message-log.ts'
import { randomId } from './random-id.ts'

export type State = 'CONNECTING' | 'OPEN' | 'CLOSING' | 'CLOSED'

export interface CloseInfo {
  readonly code: number
  /** The peer's; where it gave none, for few send it back, the one that this page gave. */
  readonly reason: string
  readonly wasClean: boolean
  /** Whether this page asked for the close. */
  readonly asked: boolean
  /** Milliseconds that the connection was open; undefined when it never opened. */
  readonly openFor: number | undefined
}

export interface Connection {
  readonly state: ReadonlySignal<State>
  /** How the server knows the present connection; undefined before the first. */
  readonly peer: ReadonlySignal<string | undefined>
  readonly url: ReadonlySignal<string | undefined>
  readonly target: ReadonlySignal<Target | undefined>
  /** How the last connection ended; undefined while there is one. */
  readonly closed: ReadonlySignal<CloseInfo | undefined>
  /** Bytes given to send() that the browser has not passed on yet. */
  readonly buffered: ReadonlySignal<number>
  readonly connect: (target: Target) => void
  readonly disconnect: (code?: number, reason?: string) => void
  /** False when there is no open connection. */
  readonly send: (data: string | Uint8Array<ArrayBuffer>) => boolean
}

/** One connection at a time over the browser's own WebSocket, as signals, with every event in the log. */
export function createConnection(log: MessageLog): Connection {
  const state = signal<State>('CLOSED')
  const peer = signal<string>()
  const url = signal<string>()
  const target = signal<Target>()
  const closed = signal<CloseInfo>()
  const buffered = signal(0)
  let socket: WebSocket | undefined
  /** The reason in the close frame that this page sent; undefined when it has not asked for a close. */
  let asked: string | undefined
  let openedAt: number | undefined
  let watching: ReturnType<typeof setTimeout> | undefined

  /**
   * The browser has no event for a buffer that empties, so it is looked at while it does not. What was
   * just sent is in it for a moment in any case: only what is still there later is worth a word.
   */
  function watchBuffer(): void {
    watching ??= setTimeout(() => {
      watching = undefined
      if (state.peek() !== 'OPEN') return
      buffered.value = socket?.bufferedAmount ?? 0
      if (buffered.peek() > 0) watchBuffer()
    }, 100)
  }

  function ended(event: CloseEvent): void {
    const openFor = openedAt === undefined ? undefined : performance.now() - openedAt
    const { code, wasClean } = event
    const reason = event.reason || (wasClean ? asked : undefined) || ''
    const { name } = closeCodeMeaning(code)
    const verb = openFor === undefined ? 'Could not open' : 'Closed'
    log.addEvent(`${verb}: ${code} ${name}${reason === '' ? '' : `, “${reason}”`}`, !wasClean)
    batch(() => {
      closed.value = { code, reason, wasClean, asked: asked !== undefined, openFor }
      state.value = 'CLOSED'
      buffered.value = 0
    })
  }

  function connect(next: Target): void {
    if (state.peek() !== 'CLOSED') return
    const id = randomId()
    const address = new URL(targetPath(next, id), location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const opened = new WebSocket(address)
    // A Blob would have to be read before it could be shown, out of order with the text around it.
    opened.binaryType = 'arraybuffer'
    socket = opened
    asked = undefined
    openedAt = undefined
    batch(() => {
      peer.value = id
      url.value = address.href
      target.value = next
      closed.value = undefined
      state.value = 'CONNECTING'
    })
    opened.addEventListener('open', () => {
      openedAt = performance.now()
      const at = `${address.protocol}//${address.host}${address.pathname}`
      log.addEvent(`Opened ${targetLabel(next)} at ${at}`)
      state.value = 'OPEN'
    })
    opened.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
      const { data } = event
      log.addMessage('received', typeof data === 'string' ? data : new Uint8Array(data))
    })
    opened.addEventListener('close', ended)
  }

  return {
    state,
    peer,
    url,
    target,
    closed,
    buffered,
    connect,
    disconnect(code, reason) {
      if (!socket || state.peek() === 'CLOSED' || state.peek() === 'CLOSING') return
      asked = reason ?? ''
      // undefined and a missing argument are the same to close(), which then sends no code.
      socket.close(code, reason === '' ? undefined : reason)
      state.value = 'CLOSING'
      const unsent = socket.bufferedAmount
      if (unsent > 0) log.addEvent(`Closing, with ${count(unsent, 'byte')} still to be sent`)
    },
    send(data) {
      if (!socket || socket.readyState !== WebSocket.OPEN) return false
      socket.send(data)
      log.addMessage('sent', data)
      watchBuffer()
      return true
    },
  }
}
