/** What the system, or OpenSSL, said about a failure. */
export interface StepFault {
  /** Such as `ECONNREFUSED` or `CERT_HAS_EXPIRED`. */
  readonly code: string
  readonly message: string
}

interface Timed {
  /** Milliseconds that the step took. */
  readonly milliseconds: number
}

export interface DnsStep extends Timed {
  readonly step: 'dns'
  readonly name: string
  readonly addresses: readonly string[]
  readonly fault?: StepFault | undefined
}

export interface TcpStep extends Timed {
  readonly step: 'tcp'
  /** Each address that was tried, in order; the last one without a fault is the one in use. */
  readonly attempts: readonly { readonly place: string; readonly fault?: StepFault | undefined }[]
}

export interface TlsStep extends Timed {
  readonly step: 'tls'
  /** The name that the certificate has to have. */
  readonly name: string
  /** Such as `TLSv1.3`; `undefined` when the handshake failed. */
  readonly version?: string | undefined
  readonly cipher?: string | undefined
  /** What was chosen by ALPN, of `http/1.1`. */
  readonly alpn?: string | undefined
  readonly certificate?: Certificate | undefined
  readonly fault?: StepFault | undefined
  /** What was chosen when `h2` was offered too, which is tried where `http/1.1` alone was refused. */
  readonly alpnWithH2?: string | undefined
}

export interface Certificate {
  /** The names it is for, as OpenSSL writes them: `DNS:a.example, IP Address:127.0.0.1`. */
  readonly names: string
  readonly issuer: string
  readonly from: string
  readonly to: string
}

export interface AnswerStep extends Timed {
  readonly step: 'answer'
  /** Bytes that came, the head and what is behind it. */
  readonly bytes: number
  /** The first of them, at most 16. */
  readonly first: Uint8Array
  /** How waiting ended: with a whole head, with the end of the connection, or not in time. */
  readonly end: 'head' | 'ended' | 'timeout'
  readonly fault?: StepFault | undefined
  /** Whether TLS was understood there, which is tried where plain HTTP got no answer. */
  readonly speaksTls?: boolean
}

/** A frame that the server sent. */
export interface SeenFrame {
  readonly opcode: number
  readonly length: number
  readonly fin: boolean
  /** Of a close frame that has one. */
  readonly code?: number | undefined
  readonly reason?: string | undefined
}

export interface FramesStep extends Timed {
  readonly step: 'frames'
  readonly frames: readonly SeenFrame[]
  /** How it went on after our ping. */
  readonly end: 'pong' | 'closed' | 'cut' | 'malformed' | 'timeout'
  /** Why the bytes are no frames, and the first of those bytes. */
  readonly malformed?: { readonly message: string; readonly start: Uint8Array } | undefined
}

export interface IdleStep extends Timed {
  readonly step: 'idle'
  /** Milliseconds that were asked for. */
  readonly asked: number
  readonly frames: readonly SeenFrame[]
  /** Whether a ping was answered afterwards, or how the connection ended meanwhile. */
  readonly end: 'alive' | 'dead' | 'closed' | 'cut'
}

export interface CloseStep extends Timed {
  readonly step: 'close'
  /** Whether the server answered our close frame with its own. */
  readonly answered: boolean
}

/** The handshake once more for other origins. */
export interface OriginsStep extends Timed {
  readonly step: 'origins'
  readonly trials: readonly {
    /** `undefined` for a request without Origin. */
    readonly origin: string | undefined
    /** The status; `undefined` when there was no answer. */
    readonly status: number | undefined
    /** Whose it is. */
    readonly whose: 'given' | 'none' | 'own' | 'foreign' | 'null'
  }[]
}

export type Step =
  | DnsStep
  | TcpStep
  | TlsStep
  | AnswerStep
  | FramesStep
  | IdleStep
  | CloseStep
  | OriginsStep

/** What was seen of one attempt to open a WebSocket, as far as it came. */
export interface Observation {
  /** Without user name and password. */
  readonly url: string
  readonly steps: readonly Step[]
  /** The head that was sent, as Latin-1. */
  readonly request?: string | undefined
  /** The head that came, and interim ones before it; the start of the content behind a refusal. Latin-1. */
  readonly response?: string | undefined
}
