import * as ws from 'ws'
import { hex } from './bytes.ts'
import type { Received } from './reference-receiver.ts'
import type { StreamInput } from './stream-input.ts'

/**
 * What a stream calls to write. `write` itself would put the outcome of every chunk off to a later
 * turn of the event loop.
 */
const writeNow = '_write'

/** The part of ws's `Receiver` that is used here; @types/ws does not describe it. */
interface WsReceiver {
  on(name: 'message', listener: (data: Buffer, binary: boolean) => void): void
  on(name: 'ping' | 'pong', listener: (data: Buffer) => void): void
  on(name: 'conclude', listener: (code: number, reason: Buffer) => void): void
  [writeNow](chunk: Buffer, encoding: 'utf8', done: (error?: Error) => void): void
}

interface WsReceiverOptions {
  readonly isServer: boolean
  readonly maxPayload: number
  readonly maxFragments: number
}

const { Receiver } = ws as unknown as {
  readonly Receiver: new (options: WsReceiverOptions) => WsReceiver
}

/** Gives the chunks to ws's receiver; says what it made of them, in the words of the reference. */
export function wsReceive(chunks: readonly Uint8Array[], input: StreamInput): Received {
  const { role, message, fragments } = input
  const options = { isServer: role === 'server', maxPayload: message, maxFragments: fragments }
  const receiver = new Receiver(options)
  const events: string[] = []
  let end = 'open'
  receiver.on('message', (data, binary) => {
    events.push(`${binary ? 'binary' : 'text'} ${hex(data)}`)
  })
  receiver.on('ping', (data) => events.push(`ping ${hex(data)}`))
  receiver.on('pong', (data) => events.push(`pong ${hex(data)}`))
  receiver.on('conclude', (code, reason) => (end = `close ${code} ${hex(reason)}`))
  for (const chunk of chunks) {
    if (end !== 'open') break
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    receiver[writeNow](bytes, 'utf8', (error) => {
      if (error) end = `fail ${closeCodeOf(error) ?? 'without a code'}`
    })
  }
  return { events, end }
}

/** It hangs on the error under a symbol of its own, with this description. */
function closeCodeOf(error: Error): number | undefined {
  const symbol = Object.getOwnPropertySymbols(error).find(
    (one) => one.description === 'status-code',
  )
  return symbol && (error as unknown as Record<symbol, number>)[symbol]
}
