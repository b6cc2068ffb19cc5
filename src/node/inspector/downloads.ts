import { setImmediate } from 'node:timers/promises'
import {
  type ConnectionRecord,
  type FrameRecord,
  type Recording,
  toHarPieces,
  toJsonLines,
  toPcapngPieces,
} from '../../inspect/index.ts'
import { ports } from '../ports.ts'
import { packageVersion } from './package-version.ts'

type Piece = string | Uint8Array
/** What is downloaded: a recording, or some connections of one. */
interface Part {
  readonly connections: readonly ConnectionRecord[]
  readonly frames: Iterable<FrameRecord>
  frame(number: number): FrameRecord | undefined
}

/** The formats of a recording by the ends of their paths. */
const formats: Readonly<
  Record<string, { readonly type: string; readonly pieces: (part: Part) => Iterable<Piece> }>
> = {
  '/recording.har': {
    type: 'application/json',
    pieces: (part) => toHarPieces(part, { name: 'Tidewire', version: packageVersion() }, ports),
  },
  '/recording.pcapng': {
    type: 'application/vnd.tcpdump.pcap',
    pieces: (part) => toPcapngPieces(part, `tidewire ${packageVersion()}`),
  },
  '/recording.jsonl': {
    type: 'application/x-ndjson',
    *pieces(part) {
      for (const line of toJsonLines(part, ports)) yield `${line}\n`
    },
  },
}

/** The answer to a path that is a recording; `undefined` for any other. @param only Ids of connections; none for all. */
export function download(
  path: string,
  recording: Recording,
  only: readonly string[],
): Response | undefined {
  const format = Object.hasOwn(formats, path) ? formats[path] : undefined
  if (!format) return undefined
  function* pieces(): Generator<Piece> {
    const part = only.length === 0 ? recording : yield* partOf(recording, new Set(only.map(Number)))
    yield* format!.pieces(part)
  }
  return new Response(inTurns(pieces()), {
    headers: {
      'Content-Type': format.type,
      'Content-Disposition': `attachment; filename="${path.slice(1)}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  })
}

/** Frames that are looked through at a time. */
const stride = 32

/** @yields Nothing after every few frames. */
function* partOf(recording: Recording, ids: ReadonlySet<number>): Generator<string, Part> {
  const numbers: number[] = []
  let looked = 0
  for (const { connection, number } of recording.frames) {
    if (++looked % stride === 0) yield ''
    if (ids.has(connection)) numbers.push(number)
  }
  const frame = (number: number): FrameRecord | undefined => recording.frame(number)
  return {
    connections: recording.connections.filter(({ id }) => ids.has(id)),
    frames: {
      *[Symbol.iterator]() {
        for (const number of numbers) {
          const kept = frame(number)
          if (kept) yield kept
        }
      },
    },
    frame,
  }
}

/** Milliseconds that may go by before everything else has its turn. */
const slice = 5
/** Bytes that are handed on at a time, about. */
const chunk = 1 << 16

/**
 * As it is made, and no faster than it is read, so that neither time nor memory is taken from the connections
 * that are recorded: a recording is larger written down than it is kept.
 */
function inTurns(pieces: Generator<Piece>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const made: Buffer[] = []
      let size = 0
      while (size === 0) {
        await setImmediate()
        const late = performance.now() + slice
        while (size < chunk && performance.now() < late) {
          const { done, value } = pieces.next()
          if (done) {
            if (size > 0) controller.enqueue(Buffer.concat(made))
            return controller.close()
          }
          const bytes = Buffer.from(value as string)
          size += bytes.length
          made.push(bytes)
        }
      }
      controller.enqueue(Buffer.concat(made))
    },
    cancel: () => void pieces.return(undefined),
  })
}
