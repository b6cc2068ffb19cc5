import * as ws from 'ws'
import { hex } from './bytes.ts'
import type { DeflateInput } from './deflate-input.ts'
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
  readonly extensions?: { readonly 'permessage-deflate': WsDeflate }
}

/** Its permessage-deflate. */
interface WsDeflate {
  params: Readonly<Record<string, boolean | number>>
  cleanup(): void
}

interface WsParts {
  readonly Receiver: new (options: WsReceiverOptions) => WsReceiver
  readonly PerMessageDeflate: new (options: {
    readonly isServer: boolean
    readonly maxPayload: number
  }) => WsDeflate
}

const { Receiver, PerMessageDeflate } = ws as unknown as WsParts

/** Gives the chunks to ws's receiver; says what it made of them, in the words of the reference. */
export function wsReceive(chunks: readonly Uint8Array[], input: StreamInput): Received {
  const listening = new Listening(new Receiver(optionsFor(input)))
  for (const chunk of chunks) listening.write(chunk, () => {})
  return listening
}

/** The same with permessage-deflate, for which ws takes its time. */
export async function wsReceiveDeflated(
  chunks: readonly Uint8Array[],
  input: DeflateInput,
): Promise<Received> {
  const options = optionsFor(input)
  const deflate = new PerMessageDeflate({ ...options, maxPayload: input.message })
  const peer = input.role === 'server' ? 'client' : 'server'
  deflate.params = {
    [`${peer}_max_window_bits`]: input.windowBits,
    ...(!input.takeover && { [`${peer}_no_context_takeover`]: true }),
  }
  const extensions = { 'permessage-deflate': deflate }
  const listening = new Listening(new Receiver({ ...options, extensions }))
  for (const chunk of chunks) {
    await new Promise<void>((resolve) => listening.write(chunk, resolve))
  }
  deflate.cleanup()
  return listening
}

function optionsFor({ role, message, fragments }: StreamInput): WsReceiverOptions {
  return { isServer: role === 'server', maxPayload: message, maxFragments: fragments }
}

/** Writes down what a receiver says. */
class Listening implements Received {
  readonly #receiver: WsReceiver
  readonly events: string[] = []
  end = 'open'

  constructor(receiver: WsReceiver) {
    this.#receiver = receiver
    const { events } = this
    receiver.on('message', (data, binary) => {
      events.push(`${binary ? 'binary' : 'text'} ${hex(data)}`)
    })
    receiver.on('ping', (data) => events.push(`ping ${hex(data)}`))
    receiver.on('pong', (data) => events.push(`pong ${hex(data)}`))
    receiver.on('conclude', (code, reason) => (this.end = `close ${code} ${hex(reason)}`))
  }

  write(chunk: Uint8Array, done: () => void): void {
    if (this.end !== 'open') return done()
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    this.#receiver[writeNow](bytes, 'utf8', (error) => {
      if (error) this.end = `fail ${closeCodeOf(error) ?? 'without a code'}`
      done()
    })
  }
}

/** It hangs on the error under a symbol of its own, with this description. */
function closeCodeOf(error: Error): number | undefined {
  const symbol = Object.getOwnPropertySymbols(error).find(
    (one) => one.description === 'status-code',
  )
  return symbol && (error as unknown as Record<symbol, number>)[symbol]
}
