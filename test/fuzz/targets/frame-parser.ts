import assert from 'node:assert/strict'
import { type FrameHeader, FrameParser, type FrameSink } from '../../../dist/core/index.js'
import { RemoteProtocolError } from '../../../dist/errors/index.js'
import { concat, cuts, hex } from '../bytes.ts'
import { decodeFrames } from '../frames.ts'
import { mutateStreamInput, streamSeeds } from '../stream-input.ts'
import type { Target } from '../target.ts'

interface SeenFrame {
  readonly header: FrameHeader
  readonly parts: Uint8Array[]
  /** Bytes of payload so far. */
  length: number
  whole: boolean
}

/** A sink that keeps everything, and refuses the `refuses`th thing it is told. */
class Sink implements FrameSink {
  readonly frames: SeenFrame[] = []
  #told = 0
  readonly #refuses: number

  constructor(refuses: number) {
    this.#refuses = refuses
  }

  frameStart(header: FrameHeader): RemoteProtocolError | undefined {
    assert.notEqual(this.frames.at(-1)?.whole, false, 'a frame began inside another')
    this.frames.push({ header: { ...header }, parts: [], length: 0, whole: false })
    return this.#verdict()
  }

  framePayload(bytes: Uint8Array): RemoteProtocolError | undefined {
    const frame = this.#frame()
    assert.ok(bytes.length > 0, 'no bytes of payload')
    frame.parts.push(bytes)
    frame.length += bytes.length
    assert.ok(frame.length <= frame.header.length, 'more payload than announced')
    // How often this is called depends on the chunks, so that only whole frames are refused.
    return undefined
  }

  frameEnd(): RemoteProtocolError | undefined {
    const frame = this.#frame()
    assert.equal(frame.length, frame.header.length, 'a frame ended before its payload')
    frame.whole = true
    return this.#verdict()
  }

  #frame(): SeenFrame {
    const frame = this.frames.at(-1)
    assert.ok(frame && !frame.whole, 'payload or an end outside a frame')
    return frame
  }

  #verdict(): RemoteProtocolError | undefined {
    if (++this.#told !== this.#refuses) return undefined
    return new RemoteProtocolError('ERR_CLOSE_FRAME', 1002, 'refused by the sink')
  }
}

/** The frame parser by itself, with reserved bits that an extension knows and a sink that refuses. */
export const frameParser: Target = {
  name: 'frame-parser',
  seeds: streamSeeds,
  dictionary: [],
  maxLength: 70_000,
  mutate: mutateStreamInput,

  run(input) {
    const [flags = 0, cut = 0] = input
    const stream = input.slice(2)
    const knownRsv = (flags >> 1) & 7
    const refuses = flags >> 5
    const results = cuts(stream, cut).map((chunks) => {
      const sink = new Sink(refuses)
      const parser = new FrameParser(sink, (flags & 1) === 1)
      parser.knownRsv = knownRsv
      for (const chunk of chunks) readChunk(parser, chunk)
      const frames = sink.frames.map(({ header, parts, whole }) => {
        const { fin, rsv, opcode, length, masked } = header
        const begins = opcode === 1 || opcode === 2
        assert.equal(rsv & ~(begins ? knownRsv : 0), 0, 'a reserved bit came through')
        return { fin, rsv, opcode, length, masked, payload: hex(concat(...parts)), whole }
      })
      return { frames, error: parser.error?.code, midFrame: parser.midFrame }
    })
    for (const result of results) assert.deepEqual(result, results[0], 'the chunks matter')

    const { frames = [], error } = results[0] ?? {}
    const expected = decodeFrames(stream).slice(0, frames.length)
    for (const [i, { opcode, fin, rsv, length, payload }] of frames.entries()) {
      const read = expected[i]
      assert.ok(read, 'a frame that is not there')
      assert.deepEqual([opcode, fin, rsv], [read.opcode, read.fin, read.rsv], 'another first byte')
      // Above 2^53 a number cannot say it exactly, and no limit is that high.
      if (length < 2 ** 53) {
        assert.equal(length, read.payload.length + read.excess, 'another length')
      }
      assert.ok(hex(read.payload).startsWith(payload), 'another payload')
    }
    return [error ?? 'no error']
  },
}

function readChunk(parser: FrameParser, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) {
    const next = parser.next(chunk, at)
    assert.ok(next > at && next <= chunk.length, 'the parser does not go on')
    at = next
  }
}
