import { FrameParser, type FrameHeader, type FrameSink } from '../core/index.ts'
import { channels, type Direction } from './channels.ts'

/**
 * Publishes the frames of a connection on `tidewire:frame`. It reads the bytes of both directions once more
 * with parsers of its own, so that a connection without a tap has no part in it.
 */
export class FrameTap {
  readonly #ways: Readonly<Record<Direction, FrameParser>>

  /** @param isServer Whether what is received is masked, or what is sent (RFC 6455 §5.1). */
  constructor(socket: unknown, isServer: boolean) {
    this.#ways = {
      receive: parserFor(socket, 'receive', isServer),
      transmit: parserFor(socket, 'transmit', !isServer),
    }
  }

  /** Takes a copy: the parser unmasks in place. */
  read(direction: Direction, bytes: Uint8Array): void {
    const parser = this.#ways[direction]
    const chunk = bytes.slice()
    for (let at = 0; at < chunk.length;) at = parser.next(chunk, at)
  }
}

function parserFor(socket: unknown, direction: Direction, masked: boolean): FrameParser {
  const sink: FrameSink = {
    frameStart({ fin, rsv, opcode, length }: FrameHeader) {
      const frame: FrameHeader = { fin, rsv, opcode, length, masked }
      channels.frame.publish({ socket, direction, frame })
      return undefined
    },
    framePayload: () => undefined,
    frameEnd: () => undefined,
  }
  const parser = new FrameParser(sink, masked)
  // Whether a bit means something is the connection's to judge.
  parser.knownRsv = 7
  return parser
}
