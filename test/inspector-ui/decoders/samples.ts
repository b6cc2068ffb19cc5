import { decodings } from '../../../inspector-ui/src/pure/decoders/decoders.ts'
import type { DecodedBy } from '../../../inspector-ui/src/pure/decoders/decoders.ts'
import type { DecoderInput } from '../../../inspector-ui/src/pure/decoders/decoder.ts'

/** A message of text or bytes on a connection that says as little as it can. */
export function message(
  data: string | Uint8Array,
  known: Partial<Pick<DecoderInput, 'protocol' | 'path' | 'first'>> = {},
): DecoderInput {
  const text = typeof data === 'string' ? data : undefined
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return { bytes, text, protocol: undefined, path: '/', first: undefined, ...known }
}

/** What the decoder that knows most about a message says; undefined where none does. */
export function decoded(input: DecoderInput): DecodedBy | undefined {
  return decodings(input)[0]
}
