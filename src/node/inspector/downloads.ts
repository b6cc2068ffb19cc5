import { type Recorded, toHar, toJsonLines, toPcapng } from '../../inspect/index.ts'
import { ports } from '../ports.ts'
import { packageVersion } from './package-version.ts'

/** The formats of a recording by the ends of their paths. */
const formats: Readonly<
  Record<
    string,
    {
      readonly type: string
      readonly body: (
        recorded: Recorded,
      ) => string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
    }
  >
> = {
  '/recording.har': {
    type: 'application/json',
    body: (recorded) =>
      JSON.stringify(toHar(recorded, { name: 'Tidewire', version: packageVersion() }, ports)),
  },
  '/recording.pcapng': {
    type: 'application/vnd.tcpdump.pcap',
    body: (recorded) => new Uint8Array(toPcapng(recorded, `tidewire ${packageVersion()}`)),
  },
  '/recording.jsonl': {
    type: 'application/x-ndjson',
    body: (recorded) => lines(toJsonLines(recorded, ports)[Symbol.iterator]()),
  },
}

/** The answer to a path that is a recording; `undefined` for any other. @param only Ids of connections; none for all. */
export function download(
  path: string,
  recorded: Recorded,
  only: readonly string[],
): Response | undefined {
  const format = Object.hasOwn(formats, path) ? formats[path] : undefined
  if (!format) return undefined
  return new Response(format.body(only.length === 0 ? recorded : part(recorded, only)), {
    headers: {
      'Content-Type': format.type,
      'Content-Disposition': `attachment; filename="${path.slice(1)}"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
  })
}

function part({ connections, frames }: Recorded, only: readonly string[]): Recorded {
  const ids = new Set(only.map(Number))
  return {
    connections: [...connections].filter(({ id }) => ids.has(id)),
    frames: {
      *[Symbol.iterator]() {
        for (const frame of frames) if (ids.has(frame.connection)) yield frame
      },
    },
  }
}

/** As they are read: a recording is larger written down than in memory. */
function lines(text: Iterator<string>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      for (let count = 0; count < 256; count++) {
        const { done, value } = text.next()
        if (done) return controller.close()
        controller.enqueue(Buffer.from(`${value}\n`))
      }
    },
  })
}
