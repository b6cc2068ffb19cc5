/** One message, and what is known of its connection. */
export interface DecoderInput {
  /** The payload, inflated. */
  readonly bytes: Uint8Array
  /** The payload as text; undefined for a binary message. */
  readonly text: string | undefined
  /** The subprotocol the server agreed to. */
  readonly protocol: string | undefined
  /** Of the URL, with the query. */
  readonly path: string
  /** The first message of the client: some protocols say only there which version they speak. */
  readonly first: Uint8Array | undefined
}

/** What a decoder made of a message. */
export interface Decoded {
  /** One line, such as `EVENT "chat" in /admin`. */
  readonly summary: string
  /** Plain data for a tree: objects, arrays, scalars, bytes and dates. */
  readonly value: unknown
}

/**
 * A protocol above WebSocket. To add one, write a decoder and enter it in decoders.ts. It is given
 * whatever a peer sent: what it does not recognise is undefined, and what it throws is taken as that.
 */
export interface Decoder {
  readonly name: string
  readonly decode: (input: DecoderInput) => Decoded | undefined
}
