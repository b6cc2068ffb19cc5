import type { EncodedMessage } from './encoded-message.ts'
import { FrameParser, type FrameSink } from './frame-parser.ts'
import { FrameSender } from './frame-sender.ts'
import type { Limits } from './limits.ts'
import type { Slab } from './output.ts'
import type { Ports } from './ports.ts'
import type { SharedMessage } from './shared-message.ts'

/** Reads frames from bytes at any split. */
export type FrameReader = Pick<FrameParser, Exclude<keyof FrameParser, 'maskKey'>>

/** Makes frames of what is sent. */
export type MessageSender = Omit<FrameSender, 'share'> & {
  /** @returns `undefined` when the message has no form in this framing. */
  share(message: SharedMessage): EncodedMessage | undefined
}

/** How messages lie on the wire: as RFC 6455 §5 has it, or as a draft before it had. */
export interface Framing {
  readonly name: string
  /** Whether there are pings and pongs. */
  readonly pings: boolean
  /** Whether there is a close frame; without one the end of the transport stands for it. */
  readonly closeFrame: boolean
  /** @param masked Whether the peer masks its frames, as clients do (RFC 6455 §5.1). */
  reader(sink: FrameSink, masked: boolean, limits: Limits, ports: Ports): FrameReader
  /** @param masks Whether this side does. */
  sender(slab: Slab, ports: Ports, masks: boolean): MessageSender
}

/** The framing of RFC 6455, and of the drafts 7 and 8 before it. */
export const rfc6455: Framing = {
  name: 'RFC 6455',
  pings: true,
  closeFrame: true,
  reader: (sink, masked, _limits, ports) => new FrameParser(sink, masked, ports),
  sender: (slab, ports, masks) => new FrameSender(slab, ports, masks),
}
