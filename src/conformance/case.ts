import type { DeflateParams } from './wire/deflate.ts'
import type { Frame, Payload } from './wire/frame.ts'
import type { RequestCheck } from './wire/request-checks.ts'

/** Which endpoint is under test; the suite plays the other one. */
export type Role = 'client' | 'server'

/** What the clause says (RFC 2119); what it only describes, or leaves open, is informational. */
export type Severity = 'MUST' | 'SHOULD' | 'informational'

/** One test: what we send, and what the specification lets the endpoint answer. Cases are data. */
export interface Case {
  /** Numbers with dots. 1 to 7, 9, 10, 12 and 13 are grouped as in the Autobahn testsuite. */
  readonly id: string
  readonly title: string
  /** Where it is written, such as `RFC 6455 §5.5.1`. */
  readonly clause: string
  /** How bad it is when the endpoint does otherwise. Default MUST. */
  readonly severity?: Severity
  /** Only for this role; without it, for both. */
  readonly role?: Role
  readonly opening?: Opening
  readonly script: readonly Step[]
  readonly expects: Expectation
  /** What it is in a full run, where that is more; `true` for one that is run in no other. */
  readonly full?: true | Pick<Case, 'title' | 'script' | 'expects'>
  /** To cut what is sent would say nothing new: the case does that itself, or is about time. */
  readonly uncut?: true
  /** Milliseconds that the endpoint has, where that is more than usual. */
  readonly patience?: number
}

/** How our opening handshake differs from a plain one. */
export interface Opening {
  /** Changes to our request, where a server is tested. */
  readonly request?: HeadEdit
  /** Changes to our response, where a client is tested. */
  readonly response?: HeadEdit
  /**
   * What we offer a server, or agree to with a client, in order of preference; an endpoint that has none
   * of it is 'not supported'. Of a client, what it asks for is added.
   */
  readonly deflate?: readonly DeflateParams[]
  /** What we agree to with a client, where that is something else. */
  readonly agree?: readonly DeflateParams[]
  /** The extension is offered by the request above; without it there the case means nothing. */
  readonly needsDeflate?: boolean
}

export interface HeadEdit {
  /** In place of the request-line or status-line; `{target}` is the path under test. */
  readonly start?: string
  /** Fields to set: `undefined` leaves one out, several values are several lines. `{accept}` is the right accept. */
  readonly fields?: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Comes before the head. */
  readonly before?: string
  /** Comes after the blank line. */
  readonly after?: string
  /** Lines that are no proper fields, as they are. */
  readonly lines?: readonly string[]
  /** Bytes of each write, with a pause after it. */
  readonly pieces?: number
  /** How many milliseconds each pause is. */
  readonly drip?: number
  /** Only so many bytes of the head are sent. */
  readonly cut?: number
}

/** In how many writes frames go out: each frame in one, or so many bytes in each. Default all in one. */
export type Pieces = 'frames' | number

export type Step =
  | { readonly kind: 'send'; readonly frames: readonly Frame[]; readonly pieces?: Pieces }
  /**
   * A message as the agreed extension makes it, in fragments of at most so many bytes; with `times`
   * so often, each when the one before has come back.
   */
  | {
      readonly kind: 'message'
      readonly message: Reply
      readonly fragment?: number | undefined
      readonly times?: number
    }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array }
  | { readonly kind: 'pause'; readonly milliseconds: number }
  /** By now the endpoint should have failed the connection. */
  | { readonly kind: 'fail-fast' }
  /** Ends our side of the transport. */
  | { readonly kind: 'half-close' }
  /** Destroys the transport. */
  | { readonly kind: 'reset' }

/** A message or pong that is to come. */
export interface Reply {
  readonly kind: 'text' | 'binary' | 'pong'
  readonly payload: Payload
  /** It may be left out. */
  readonly optional?: boolean
}

export interface Expectation {
  readonly replies: readonly Reply[]
  readonly ending: Ending
  /** What our own statistics and the request of a client are to show. */
  readonly check?: RequestCheck | 'mask-keys' | 'deflate' | 'no-deflate' | 'next-connection'
}

export type Ending =
  /** Nothing is wrong: we close, and the endpoint answers. */
  | { readonly kind: 'we-close' }
  /** The script closed; the answer has one of these codes, none when there is no code. */
  | { readonly kind: 'answers'; readonly codes: readonly number[] }
  /** It fails the connection, with one of these codes (RFC 6455 §7.1.7). */
  | { readonly kind: 'fails'; readonly codes: readonly number[] }
  /** Either of the last two. */
  | { readonly kind: 'answers-or-fails'; readonly codes: readonly number[] }
  /** The transport ends, with a close frame or without. */
  | { readonly kind: 'ends' }
  /** There is no connection: a server refuses with one of these statuses, a client ends the transport. */
  | {
      readonly kind: 'refuses'
      readonly statuses: readonly number[]
      /** A field that the refusal must have. */
      readonly field?: string
      /** Other 4xx and 5xx are as good. */
      readonly anyError?: boolean
    }
