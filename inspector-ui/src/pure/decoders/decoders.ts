import type { Decoded, Decoder, DecoderInput } from './decoder.ts'
import { graphqlWs } from './graphql-ws.ts'
import { json } from './json.ts'
import { messagePack } from './message-pack.ts'
import { mqtt } from './mqtt.ts'
import { pusher } from './pusher.ts'
import { socketIo } from './socket-io.ts'
import { stomp } from './stomp.ts'

/** Those that know most about a message come first. */
const decoders: readonly Decoder[] = [socketIo, graphqlWs, pusher, stomp, mqtt, json, messagePack]

export interface DecodedBy extends Decoded {
  readonly name: string
}

/** What every decoder that recognises a message makes of it, the most telling first. It never throws. */
export function decodings(input: DecoderInput): DecodedBy[] {
  return decoders.flatMap(({ name, decode }) => {
    try {
      const decoded = decode(input)
      return decoded ? [{ name, ...decoded }] : []
    } catch {
      // Such as a nesting too deep for the stack: then it is no message of that protocol to us.
      return []
    }
  })
}
