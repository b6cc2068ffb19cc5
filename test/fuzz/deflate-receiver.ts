import assert from 'node:assert/strict'
import {
  Connection,
  type DeflateAgreement,
  PermessageDeflate,
  resolveDeflate,
} from '../../dist/core/index.js'
import type { DeflateInput } from './deflate-input.ts'
import { checkBudget, HeldCompression } from './held-compression.ts'
import { Random } from './random.ts'
import { conclude, endOf, Log, settingsFor, type TidewireReceived } from './tidewire-receiver.ts'

const settings = resolveDeflate(true)!

/** What Tidewire made of a stream; what it sent is `undefined` where the transport was lost first. */
export interface DeflateReceived extends Omit<TidewireReceived, 'sent'> {
  readonly sent: string[] | undefined
  /** Messages that were inflated in the thread pool. */
  readonly pooled: number
}

/** Gives the chunks to a connection that has agreed on permessage-deflate; says what it made of them. */
async function receive(
  chunks: readonly Uint8Array[],
  input: DeflateInput,
): Promise<DeflateReceived> {
  const { role, takeover, windowBits, held, cut, message } = input
  const compression = new HeldCompression(held ? new Random(cut) : undefined)
  const agreed: DeflateAgreement = {
    send: { takeover: false, windowBits: 15 },
    receive: { takeover, windowBits },
  }
  const log = new Log()
  const connection = new Connection(settingsFor(input), log)
  connection.open(new PermessageDeflate(agreed, settings, compression, message))
  for (const chunk of chunks) {
    connection.receive(chunk)
    assert.ok(['open', 'ending'].includes(connection.state), `state ${connection.state}`)
    compression.perhaps()
  }
  if (input.lost) connection.lose()
  await compression.idle()
  assert.ok(!connection.decoding, 'still decodes when all is done')
  const { pooled } = compression
  if (!input.lost) return { ...conclude(connection, log, role), pooled }
  assert.equal(connection.state, 'closed', 'not closed without a transport')
  return { events: log.events, ...endOf(log.outcome), sent: undefined, pooled }
}

/** The same for several ways to cut a stream, all at one time: they share the memory for inflating. */
export async function deflateReceive(
  ways: readonly (readonly Uint8Array[])[],
  input: DeflateInput,
): Promise<DeflateReceived[]> {
  // Where one has failed, the others must not go on into the next input.
  const settled = await Promise.allSettled(ways.map((chunks) => receive(chunks, input)))
  const received = settled.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
  if (received.some(({ pooled }) => pooled > 0)) await checkBudget()
  return received
}
