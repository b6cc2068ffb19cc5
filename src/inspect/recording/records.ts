/** Which way something went, seen from the end that records, in the words of OpenTelemetry. */
export type Direction = 'receive' | 'transmit'

/** Half of an opening handshake as it was sent, with secrets taken out. */
export interface RecordedHead {
  /** Such as `GET /chat HTTP/1.1`. */
  readonly line: string
  readonly fields: readonly (readonly [name: string, value: string])[]
}

/** What TLS agreed on. */
export interface TlsFacts {
  /** Such as `TLSv1.3`. */
  readonly version: string | undefined
  readonly cipher: string | undefined
  readonly alpn: string | undefined
  /** The name the client asked for. */
  readonly servername: string | undefined
}

/** One side of a TCP connection. */
export interface Endpoint {
  /** `undefined` on a Unix socket. */
  readonly address: string | undefined
  readonly port: number | undefined
}

/** What is known of a connection when its handshake is done. */
export interface ConnectionFacts {
  /** Which end records. */
  readonly role: 'server' | 'client'
  readonly url: string
  /** Milliseconds since 1970, with a fraction. */
  readonly openedAt: number
  readonly request?: RecordedHead | undefined
  readonly response?: RecordedHead | undefined
  readonly tls?: TlsFacts | undefined
  readonly local?: Endpoint | undefined
  readonly remote?: Endpoint | undefined
}

/** How a connection ended. */
export interface CloseRecord {
  readonly at: number
  readonly code: number
  readonly reason: string
  readonly wasClean: boolean
  /** What triggered it, and by whom. */
  readonly trigger: string
  readonly by: 'local' | 'remote'
  /** Why, in a sentence or two. */
  readonly diagnosis: string
}

/** What went one way. */
export interface Counts {
  frames: number
  messages: number
  /** Bytes with the headers of the frames. */
  wireBytes: number
  /** Bytes of messages, inflated. */
  messageBytes: number
}

/** What waits in a connection, and for whom. */
export interface FlowState {
  /** Bytes that were sent and that the transport had not taken yet, at the latest of these events. */
  readonly bufferedAmount: number
  /** The transport takes nothing more for now. */
  readonly full: boolean
  /** Nothing is read for now. */
  readonly paused: boolean
}

/** Nothing waits, as when a connection opens. */
export const noFlow: FlowState = { bufferedAmount: 0, full: false, paused: false }

/** A connection was paused or resumed, or its transport took no more or took it again. */
export interface FlowRecord {
  readonly connection: number
  readonly at: number
  readonly event: FlowEvent
  readonly bufferedAmount: number
}

export type FlowEvent = 'paused' | 'resumed' | 'full' | 'drained'

/** One connection; what changes while it is open changes here. */
export interface ConnectionRecord extends ConnectionFacts {
  readonly id: number
  readonly received: Readonly<Counts>
  readonly transmitted: Readonly<Counts>
  /** Milliseconds of the latest ping and its pong. */
  readonly rtt: number | undefined
  readonly flow: FlowState
  readonly closed: CloseRecord | undefined
  /** Why the frames of a direction could not be read further, if so. */
  readonly unreadable: string | undefined
}

/** A frame as it was on the wire (RFC 6455 §5.2). */
export interface FrameRecord {
  /** Counts up through a recording. */
  readonly number: number
  readonly connection: number
  /** Milliseconds since 1970, with a fraction: when its last byte came or went. */
  readonly at: number
  readonly direction: Direction
  readonly fin: boolean
  /** RSV1, RSV2 and RSV3 as the three bits 4, 2 and 1. */
  readonly rsv: number
  readonly opcode: number
  /** The masking key as one big-endian number; `undefined` for an unmasked frame. */
  readonly maskKey: number | undefined
  /** Bytes of payload on the wire. */
  readonly length: number
  /** The first bytes of it, unmasked and not inflated; `undefined` where a secret is in it. */
  readonly payload: Uint8Array | undefined
  /** The number of the message it belongs to; `undefined` for a control frame. */
  readonly inMessage: number | undefined
  /** The message, where this is its last frame. */
  readonly message: MessageRecord | undefined
  /** Of a pong: milliseconds since its ping. */
  readonly rtt: number | undefined
  /** The topic it was published to, if it was. */
  readonly topic: string | undefined
}

/** A whole message. */
export interface MessageRecord {
  /** Counts up in its direction of its connection. */
  readonly number: number
  /** 1 is text, 2 is binary. */
  readonly opcode: number
  readonly compressed: boolean
  readonly frames: number
  /** Bytes of payload on the wire, of all its frames. */
  readonly wireLength: number
  /** Bytes of the message; `undefined` where it cannot be inflated. */
  readonly length: number | undefined
  /** The first bytes of the message, inflated, with secrets taken out. */
  readonly payload: Uint8Array | undefined
  /** Whether a secret was taken out of it. */
  readonly redacted: boolean
}
